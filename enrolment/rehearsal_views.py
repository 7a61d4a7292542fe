"""The rehearsal page: a persona's months, or a small crowd's, before anybody real lives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.models import CampaignVersion, Job
from campaigns.pack_marks import Problem
from campaigns.version_door import user_of
from campaigns.wording import MissingValue
from enrolment import rehearsed, rehearsing, simulating, simulation_report
from enrolment.anybody import anybody
from enrolment.dose_curve import curve_of
from enrolment.persona import Persona, PersonaRefused, read_pasted, read_persona
from enrolment.rehearsal import rehearse
from enrolment.rehearsal_calendar import months
from enrolment.rehearsal_forms import CrowdForm, PersonaForm
from enrolment.rehearsing import Stage
from enrolment.simulation import Crowd, simulate
from enrolment.simulation_tally import Tally
from enrolment.stand_in import Standing
from enrolment.transcript import Difference, Transcript, differences, from_json
from enrolment.transcript_text import told
from enrolment.why import in_words
from messaging import clock
from trust.models import User
from trust.scope import holds, reach_of, scope
from trust.telling import tell

_VIEW, _APPROVE = "campaign.view", "content.approve"
_SHOWN = 5
_STANDINGS = {
    Standing.JOINING.value: pgettext_lazy("a person's state", "joining"),
    Standing.ACTIVE.value: tell("active"),
    Standing.PAUSED.value: tell("paused"),
    Standing.COMPLETED.value: tell("completed"),
    Standing.INELIGIBLE.value: tell("not eligible"),
    Standing.LEFT.value: tell("left"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """What the transcript is held against: `title` says what that is."""

    title: str
    found: tuple[Difference, ...]


@staff_member_required
@require_http_methods(["GET", "POST"])
def rehearsal(request: HttpRequest) -> HttpResponse:
    """GET chooses a version; POST rehearses, simulates or accepts, and shows the outcome."""
    versions = _versions(request)
    version = _chosen(request, versions)
    page: dict[str, object] = {
        "versions": versions,
        "version": version,
        "crowd_form": CrowdForm(initial={"people": 200, "days": 182, "seed": 1}),
    }
    if version is not None:
        page["personas"] = [path.stem for path in rehearsed.shipped_personas(version)]
        page["may_accept"] = holds(reach_of(request), _APPROVE, version)
        if request.method == "POST":
            outcome = _outcome(request, version)
            if isinstance(outcome, HttpResponse):
                return outcome
            page |= outcome
        page["simulations"] = _simulations(version)
        page["waiting"] = rehearsed.unaccepted(version)
    return render(request, "enrolment/rehearsal.html", page)


def _simulations(version: CampaignVersion) -> QuerySet[Job]:
    """Of large crowds; the last of this version."""
    large = Job.objects.filter(kind=simulating.SIMULATE, campaign_id=version.campaign_id)
    return large.filter(detail__version=version.pk)[:_SHOWN]


def _versions(request: HttpRequest) -> QuerySet[CampaignVersion]:
    reach = reach_of(request)
    if not reach.may_anywhere(_VIEW):
        raise PermissionDenied
    found = scope(CampaignVersion.objects.all(), reach, _VIEW)
    return found.select_related("campaign").order_by("campaign__name", "-number")


def _chosen(request: HttpRequest, versions: QuerySet[CampaignVersion]) -> CampaignVersion | None:
    """Of the user's own: the one asked for, else a published one, else the newest."""
    asked = request.GET.get("version", "")
    if asked:
        found = versions.filter(pk=int(asked)).first() if asked.isdecimal() else None
        if found is None:
            raise Http404
        return found
    published = versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    return published or versions.first()


def _outcome(request: HttpRequest, version: CampaignVersion) -> dict[str, object] | HttpResponse:
    try:
        stage = rehearsing.stage_of(version, today=clock.calendar_now().date())
    except MissingValue as missing:
        messages.error(
            request,
            _("The campaign's variable %(name)s has no value yet.") % {"name": missing},
        )
        return {}
    if request.POST.get("do") == "simulate":
        return _simulated(request, version, stage)
    if request.POST.get("do") == "accept_unchanged":
        return _accepted(request, version)
    return _rehearsed(request, version, stage)


def _accepted(request: HttpRequest, version: CampaignVersion) -> dict[str, object]:
    if not holds(reach_of(request), _APPROVE, version) or not isinstance(request.user, User):
        raise PermissionDenied
    same, other = rehearsing.accept_unchanged(
        version=version, actor=request.user, now=clock.calendar_now()
    )
    messages.success(
        request,
        ngettext(
            "%(count)s persona fares as before and is accepted.",
            "%(count)s personas fare as before and are accepted.",
            len(same),
        )
        % {"count": len(same)},
    )
    if other:
        messages.warning(
            request,
            _("Look at these, they fare differently: %(names)s.") % {"names": ", ".join(other)},
        )
    return {}


def _simulated(
    request: HttpRequest, version: CampaignVersion, stage: Stage
) -> dict[str, object] | HttpResponse:
    form = CrowdForm(request.POST)
    if not form.is_valid():
        return {"crowd_form": form}
    today = clock.calendar_now().date()
    if form.is_long:
        job = simulating.begin(
            version=version, asked=form.cleaned_data, start=today, actor=user_of(request)
        )
        return redirect("enrolment:simulation", job.pk)
    crowd = Crowd(**form.cleaned_data, start=today, zone=stage.zone)
    tally = simulate(stage.content, crowd, country=stage.country)
    return {"crowd_form": form, **shown(stage, tally)}


def shown(stage: Stage, tally: Tally) -> dict[str, object]:
    """A crowd's figures, as the page has them."""
    report = simulation_report.report_of(stage.content, tally)
    return {
        "report": report,
        "curve": curve_of(report.dose),
        # Not by the counters' own names: a template would take those for keys.
        "standings": [
            (_STANDINGS.get(name, name), people) for name, people in tally.standings.most_common()
        ],
        "unsent": [(in_words(key), times) for key, times in tally.unsent.most_common()],
    }


def _rehearsed(request: HttpRequest, version: CampaignVersion, stage: Stage) -> dict[str, object]:
    form = PersonaForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A persona has at most 20 000 characters."))
        return {}
    pasted, key = form.cleaned_data["pasted"], form.cleaned_data["persona"]
    page: dict[str, object] = {"pasted": pasted, "persona": key}
    if is_anybody := not (key or pasted.strip()):
        # She joins at this very moment: another time she would fare differently.
        page["may_accept"] = False
    try:
        persona = _anybody(stage) if is_anybody else _persona(version, key, pasted)
    except PersonaRefused as refused:
        problems: tuple[Problem, ...] = refused.problems
        return {**page, "problems": problems}
    transcript = rehearse(stage.content, persona, country=stage.country)
    if request.POST.get("do") == "accept" and not is_anybody:
        _accept(request, version, transcript)
    return {
        **page,
        "transcript": transcript,
        "days": [
            (day, found[-1].offset, [(entry, told(entry)) for entry in found])
            for day, entries in groupby(transcript.entries, key=lambda entry: entry.day)
            if (found := list(entries))
        ],
        "unsent": [(in_words(reason), times) for reason, times in transcript.unsent.items()],
        "months": months(transcript),
        "compared": _compared(version, transcript),
    }


def _persona(version: CampaignVersion, key: str, pasted: str) -> Persona:
    """Raises PersonaRefused. A key is looked up among the shipped ones, never used as a path."""
    if pasted.strip():
        return read_pasted(pasted)
    shipped: Sequence[Path] = rehearsed.shipped_personas(version)
    path = next((path for path in shipped if path.stem == key), None)
    if path is None:
        raise Http404
    return read_persona(path)


def _anybody(stage: Stage) -> Persona:
    now = clock.calendar_now().astimezone(ZoneInfo(stage.zone)).replace(tzinfo=None)
    return anybody(stage.content, joins=now, zone=stage.zone)


def _accept(request: HttpRequest, version: CampaignVersion, transcript: Transcript) -> None:
    if not holds(reach_of(request), _APPROVE, version) or not isinstance(request.user, User):
        raise PermissionDenied
    rehearsing.accept_transcript(
        version=version, transcript=transcript, actor=request.user, now=clock.calendar_now()
    )
    messages.success(
        request,
        _("Accepted: %(name)s in %(version)s.") % {"name": transcript.name, "version": version},
    )


def _compared(version: CampaignVersion, transcript: Transcript) -> Compared | None:
    """Against what was accepted last, else what the curriculum ships."""
    kept = rehearsing.accepted_transcript(version, transcript.persona)
    if kept is not None:
        found = differences(from_json(kept.transcript), transcript)
        return Compared(
            tell("what was accepted with version %(number)s", number=kept.version.number), found
        )
    shipped = rehearsing.shipped_transcript(version, transcript.persona)
    if shipped is None:
        return None
    return Compared(tell("what the curriculum ships"), differences(shipped, transcript))
