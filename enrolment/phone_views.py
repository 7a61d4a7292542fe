"""The phone page: a handset for staff to try a campaign on. Fake provider only."""

import uuid

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.models import Campaign
from campaigns.version_door import user_of
from enrolment import handling, handset, inviting, pacing
from enrolment.forms import ClockForm, InvitePhoneForm, TextForm
from enrolment.handset_words import words_of
from enrolment.models.invitation import Invitation
from messaging import clock, inbox
from messaging.models import Recipient, Sender
from messaging.providers.webhook import InboundText
from trust.admin_base import reach_of
from trust.scope import scope

_PERMISSION = "person.act"


@staff_member_required
@require_http_methods(["GET", "POST"])
def phones(request: HttpRequest) -> HttpResponse:
    """The handsets in use, and a new one on POST."""
    campaign = _campaign(request)
    sender = campaign.sender
    if request.method == "POST":
        try:
            recipient = handset.take_number(sender=sender)
        except handset.NoNumberLeft:
            messages.error(request, _("All thousand invented numbers are in use."))
            return redirect("enrolment:phones")
        return _back(request, recipient.pk)
    recipients = Recipient.objects.filter(organisation_id=sender.organisation_id).order_by("-pk")
    shown = recipients.filter(number__isnull=False)[:50]
    page = {"recipients": shown, "campaign": campaign, "campaigns": _campaigns(request)}
    return render(request, "enrolment/phones.html", page)


@staff_member_required
@require_GET
def phone(request: HttpRequest, recipient_id: int) -> HttpResponse:
    campaign = _campaign(request)
    found = _found(campaign.sender, recipient_id)
    if found is not None and found.number is None:
        messages.info(request, _("Erased, or somebody else's number now: it goes on below."))
        return redirect("enrolment:phones")
    return render(request, "enrolment/phone.html", _context(campaign, _open(found)))


@staff_member_required
@require_GET
def thread(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """The part of the page that changes by itself."""
    campaign = _campaign(request)
    context = _context(campaign, _recipient(campaign.sender, recipient_id))
    return render(request, "enrolment/_thread.html", context)


@staff_member_required
@require_POST
def text(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """Texts from the handset, by the same door a provider's webhook calls."""
    sender = _sender(request)
    recipient = _recipient(sender, recipient_id)
    form = TextForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write something to text, at most 1530 characters."))
        return _back(request, recipient_id)
    inbox.store(
        sender=sender,
        inbound=InboundText(
            provider_message_id=f"handset-{uuid.uuid4().hex}",
            from_number=recipient.number or "",
            body=form.cleaned_data["body"],
        ),
    )
    _settle(request)
    return _back(request, recipient_id)


@staff_member_required
@require_POST
def invite(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """Signs the handset up, as a web form or a clinic would."""
    recipient = _recipient(_sender(request), recipient_id)
    form = InvitePhoneForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how this number was signed up."))
        return _back(request, recipient_id)
    try:
        handset.invite(
            campaign=_campaign(request),
            number=recipient.number or "",
            how=form.cleaned_data["how"],
            now=clock.calendar_now(),
        )
    except inviting.InviteRefused as refused:
        why = Invitation.Refusal(refused.reason).label
        messages.warning(request, _("Not asked: %(why)s.") % {"why": why})
        return _back(request, recipient_id)
    messages.success(
        request,
        _("Asked. At night the question waits for the campaign's hours; move the clock then."),
    )
    _settle(request)
    return _back(request, recipient_id)


@staff_member_required
@require_POST
def mark_test(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """The handset's person is one of us trying it out, or is not."""
    sender = _sender(request)
    recipient = _recipient(sender, recipient_id)
    shown = handset.handset(recipient=recipient, sender=sender, now=clock.calendar_now())
    if shown.enrolment is None:
        messages.error(request, _("Nobody has joined with this number yet."))
    else:
        is_test = request.POST.get("test") == "yes"
        handling.set_test(enrolment_id=shown.enrolment.pk, is_test=is_test, actor=user_of(request))
        messages.success(request, _("Saved. Test participants are left out of every figure."))
    return _back(request, recipient_id)


@staff_member_required
@require_POST
def move_clock(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """The buttons: to the next text, an hour on, a day on."""
    recipient = _recipient(_sender(request), recipient_id)
    form = ClockForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Press one of the clock's buttons."))
        return _back(request, recipient_id)
    try:
        if form.cleaned_data["by"] != ClockForm.NEXT_TEXT:
            pacing.advance(minutes=int(form.cleaned_data["by"]))
        elif not _to_next_text(recipient):
            messages.info(request, _("No text is planned for this number."))
    except clock.ClockRefused as refused:
        messages.error(request, str(refused))
    except pacing.StillBusy:
        messages.warning(request, _("Texts are still on their way; try again in a moment."))
    return _back(request, recipient_id)


def _to_next_text(recipient: Recipient) -> bool:
    return pacing.advance_to_next_text(recipient_id=recipient.pk)


def _settle(request: HttpRequest) -> None:
    try:
        pacing.settle()
    except pacing.StillBusy:
        messages.warning(request, _("Texts are still on their way; they appear by themselves."))


def _sender(request: HttpRequest) -> Sender:
    return _campaign(request).sender


def _campaigns(request: HttpRequest) -> QuerySet[Campaign]:
    """Those this user may act in.

    One real sender anywhere closes the page: it would show real people's texts and move their
    clock.
    """
    if not reach_of(request).may_anywhere(_PERMISSION):
        raise PermissionDenied
    if not clock.all_senders_fake():
        raise Http404("A sender is on a real provider.")
    own = scope(Campaign.objects.all(), reach_of(request), _PERMISSION)
    return own.select_related("sender__organisation").order_by("pk")


def _campaign(request: HttpRequest) -> Campaign:
    """The one that the handset texts to: the address names it, else the first."""
    campaigns = _campaigns(request)
    if request.GET.get("campaign"):
        campaigns = campaigns.filter(pk=_asked(request))
    campaign = campaigns.first()
    if campaign is None:
        raise Http404("No campaign of yours is on a fake provider.")
    return campaign


def _back(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """To the handset, on the campaign it was on."""
    asked, page = _asked(request), reverse("enrolment:phone", args=[recipient_id])
    return redirect(f"{page}?campaign={asked}" if asked else page)


def _asked(request: HttpRequest) -> int:
    """0 for what is no campaign's id."""
    given = request.GET.get("campaign", "")
    return int(given) if given.isdecimal() and len(given) < 12 else 0


def _recipient(sender: Sender, recipient_id: int) -> Recipient:
    return _open(_found(sender, recipient_id))


def _found(sender: Sender, recipient_id: int) -> Recipient | None:
    """Also one that was erased."""
    own = Recipient.objects.filter(organisation_id=sender.organisation_id)
    return own.filter(pk=recipient_id).first()


def _open(recipient: Recipient | None) -> Recipient:
    if recipient is None or recipient.number is None:
        raise Http404
    return recipient


def _context(campaign: Campaign, recipient: Recipient) -> dict[str, object]:
    shown = handset.handset(recipient=recipient, sender=campaign.sender, now=clock.calendar_now())
    return {
        "handset": shown,
        "invite": InvitePhoneForm(),
        "campaign": campaign,
        "words": words_of(campaign),
    }
