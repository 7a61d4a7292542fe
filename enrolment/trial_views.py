"""The pages of trials: all of them, a new one, one with its buttons, and one person unblinded."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import trials
from campaigns.models import Campaign, CampaignVersion, Trial
from campaigns.trial_rows import planned_in
from campaigns.trials import TrialRefused
from campaigns.version_door import user_of
from enrolment import blinding, person_rows
from enrolment.handles import handle_of
from enrolment.trial_forms import AmendForm, ArmFormSet, ReasonForm, TrialForm
from enrolment.trial_page import MANAGE, VIEW, planned, trial_page
from messaging.clock import calendar_now
from trust.scope import holds, reach_of, scope


@staff_member_required
@require_GET
def trial_list(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request)
    if not reach.may_anywhere(VIEW):
        raise PermissionDenied
    rows = scope(Trial.objects.all(), reach, VIEW).select_related("campaign")
    page = {
        "trials": rows.order_by("campaign__name", "pk"),
        "makeable": scope(Campaign.objects.order_by("name"), reach, MANAGE),
    }
    return render(request, "enrolment/trials.html", page)


@staff_member_required
@require_http_methods(["GET", "POST"])
def new_trial(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = get_object_or_404(
        scope(Campaign.objects.all(), reach_of(request), VIEW), pk=campaign_id
    )
    if not holds(reach_of(request), MANAGE, campaign):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("version", "").isdecimal():
        return _from_version(request, campaign)
    frozen = list(campaign.versions.filter(status__in=CampaignVersion.FROZEN))
    form = TrialForm(request.POST or None)
    arms = ArmFormSet(request.POST or None, prefix="arm", form_kwargs={"frozen": frozen})
    if request.method == "POST" and form.is_valid() and arms.is_valid():
        try:
            made = trials.make(campaign=campaign, plan=form.plan(arms), actor=user_of(request))
            return redirect("enrolment:trial", made.pk)
        except TrialRefused as refused:
            form.add_error(None, str(refused))
    status = 400 if request.method == "POST" else 200
    page = {
        "campaign": campaign,
        "form": form,
        "arms": arms,
        "planned": [(version, planned_in(version)) for version in planned(campaign.pk)],
    }
    return render(request, "enrolment/trial_form.html", page, status=status)


def _from_version(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """One that a version plans."""
    version = get_object_or_404(campaign.versions, pk=int(request.POST["version"]))
    wanted = request.POST.get("key", "")
    plan = next((each for each in planned_in(version) if each.key == wanted), None)
    if plan is None:
        messages.error(request, _("That version plans no such trial."))
        return redirect("enrolment:new_trial", campaign.pk)
    try:
        made = trials.make(campaign=campaign, plan=plan, actor=user_of(request))
    except TrialRefused as refused:
        messages.error(request, str(refused))
        return redirect("enrolment:new_trial", campaign.pk)
    return redirect("enrolment:trial", made.pk)


@staff_member_required
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    found = _trial(request, trial_id)
    if request.method != "POST":
        return _page(request, found)
    if not holds(reach_of(request), MANAGE, found):
        raise PermissionDenied
    sees_odds = trial_page(found, reach_of(request)).sees_odds
    do = request.POST.get("do")
    form = (
        AmendForm(request.POST, trial=found, sees_odds=sees_odds)
        if do == "amend"
        else ReasonForm(request.POST)
    )
    if do != "take_away" and not form.is_valid():
        return _page(request, found, form, status=400)
    return _carried_out(request, found, form)


def _carried_out(request: HttpRequest, found: Trial, form: ReasonForm) -> HttpResponse:
    user, now = user_of(request), calendar_now()
    try:
        match request.POST.get("do"):
            case "start":
                trials.start(trial=found, reason=form.cleaned_data["reason"], actor=user, now=now)
                messages.success(request, _("It runs: from now on people who join are drawn."))
            case "stop":
                trials.stop(trial=found, reason=form.cleaned_data["reason"], actor=user, now=now)
                messages.success(request, _("Stopped. Nobody is drawn; people keep their arms."))
            case "amend" if isinstance(form, AmendForm):
                reason = form.cleaned_data["reason"]
                trials.amend(
                    trial=found, amendment=form.amendment, reason=reason, actor=user, now=now
                )
                messages.success(request, _("Amended, and on record."))
            case "take_away":
                trials.take_away(trial=found, actor=user)
                return redirect("enrolment:trials")
            case _:
                messages.error(request, _("Press one of the page's buttons."))
    except TrialRefused as refused:
        messages.error(request, str(refused))
    return redirect("enrolment:trial", found.pk)


def _page(
    request: HttpRequest, found: Trial, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    page = trial_page(found, reach_of(request))
    amends = form if isinstance(form, AmendForm) else None
    context = {
        "trial": found,
        "page": page,
        "form": form if form is not None and amends is None else ReasonForm(),
        "amend": amends or AmendForm(trial=found, sees_odds=page.sees_odds),
        "amends": amends is not None,
        "changes": found.changes.select_related("actor").order_by("-pk"),
    }
    return render(request, "enrolment/trial.html", context, status=status)


def _trial(request: HttpRequest, trial_id: int) -> Trial:
    rows = scope(Trial.objects.select_related("campaign"), reach_of(request), VIEW)
    return get_object_or_404(rows, pk=trial_id)


@staff_member_required
@require_http_methods(["GET", "POST"])
def unblind(request: HttpRequest, enrolment_id: int, trial_id: int) -> HttpResponse:
    """One person's arm told to those with the right, for a reason. Who has no right and asks is
    written down."""
    reach = reach_of(request)
    enrolment = get_object_or_404(person_rows.people(reach), pk=enrolment_id)
    found = get_object_or_404(enrolment.campaign.trials, pk=trial_id)
    user = user_of(request)
    if not reach.may(blinding.UNBLIND, enrolment.campaign_id):
        blinding.note_refusal(enrolment=enrolment, trial=found, actor=user)
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            blinding.unblind(
                enrolment=enrolment,
                trial=found,
                reason=form.cleaned_data["reason"],
                actor=user,
                now=calendar_now(),
            )
        except blinding.UnblindRefused as refused:
            messages.error(request, str(refused))
        return redirect("admin:enrolment_enrolment_change", enrolment.pk)
    page = {
        "enrolment": enrolment,
        "trial": found,
        "form": form,
        "handle": handle_of(enrolment.participant_id),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "enrolment/unblind.html", page, status=status)
