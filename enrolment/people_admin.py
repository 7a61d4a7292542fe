"""The list of people, and the search for one by handle or number.

A number is posted, never in an address or a log; a search that finds somebody leaves an audit row.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from enrolment import people_list, person_rows
from enrolment.handles import read_handle
from enrolment.models.enrolment import Enrolment
from enrolment.people_list import STATES, People
from enrolment.person_admin import PersonPage
from messaging.models import Recipient
from messaging.number_search import found_by_number
from trust import audit
from trust.admin_base import reach_of
from trust.models import Organisation, User
from trust.scope import scope

_REVEAL = "number.reveal"


class FindForm(forms.Form):
    number = forms.CharField(
        max_length=30,
        label=_("Handle or exact number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "P-123 or +44…"}),
        error_messages={"required": _("Write a handle such as P-123, or a number with its +.")},
    )


class PeoplePage(PersonPage):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.find_person)
        return [path("number/", view, name="enrolment_enrolment_number"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._list(request, FindForm(use_required_attribute=False))

    def find_person(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = FindForm(request.POST, use_required_attribute=False)
        if not form.is_valid():
            return self._list(request, form, status=400)
        typed = form.cleaned_data["number"]
        handle = read_handle(typed)
        if handle is not None:
            query = {"person": handle}
            found = person_rows.people(reach_of(request)).filter(participant=handle)
        elif reach_of(request).may_anywhere(_REVEAL):
            recipient = self._recipient(request, typed)
            query = {"behind": recipient.pk if recipient else 0}
            found = self._behind(request, recipient)
        else:
            form.add_error("number", _("Your role finds people by their handle only: P-123."))
            return self._list(request, form, status=400)
        people = list(found.order_by("-pk").values_list("pk", flat=True)[:2])
        if not people:
            form.add_error(
                "number",
                _(
                    "Nobody you may see has this handle or number. Write the number with + and its "
                    "country."
                ),
            )
            return self._list(request, form, status=400)
        if len(people) == 1:
            return redirect(reverse("admin:enrolment_enrolment_change", args=people))
        messages.info(request, _("Found more than once; choose the campaign."))
        page = reverse("admin:enrolment_enrolment_changelist")
        return redirect(f"{page}?{urlencode(query)}")

    def _recipient(self, request: HttpRequest, typed: str) -> Recipient | None:
        """Of organisations in which the role may see numbers, if only in one campaign."""
        theirs = scope(Campaign.objects.all(), reach_of(request), _REVEAL)
        organisations = Organisation.objects.filter(pk__in=theirs.values("organisation"))
        found = found_by_number(Recipient, organisations, typed)
        assert found is None or isinstance(found, Recipient)
        if found is not None and self._behind(request, found).exists():
            actor = request.user if isinstance(request.user, User) else None
            audit.record(verb="number.search", subject=found, actor=actor)
        return found

    def _behind(self, request: HttpRequest, recipient: Recipient | None) -> QuerySet[Enrolment]:
        reach = reach_of(request)
        found = scope(person_rows.people(reach), reach, _REVEAL)
        return found.none() if recipient is None else found.filter(participant__recipient=recipient)

    def _list(self, request: HttpRequest, form: FindForm, status: int = 200) -> HttpResponse:
        campaigns = list(
            scope(Campaign.objects.all(), reach_of(request), person_rows.VIEW)
            .select_related("organisation")
            .order_by("name")
        )
        asked = _asked(request, "campaign")
        campaign = next((row for row in campaigns if row.pk == asked), None)
        state = people_list.state_of(request.GET.get("state", ""))
        people = self._people(request, [campaign] if campaign else campaigns, STATES[state][1])
        chosen = {"campaign": campaign.pk} if campaign else {}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("People"),
            "has_view_permission": True,
            "form": form,
            "address": reverse("admin:enrolment_enrolment_changelist"),
            "people": people,
            "lines": people_list.lines(people.rows),
            "campaigns": campaigns,
            "zone": _zone(request, campaigns),
            "campaign": campaign,
            "state": state,
            "states": [(name, title) for name, (title, _statuses) in STATES.items()],
            "chosen": urlencode(chosen),
            "exported": campaign or (campaigns[0] if len(campaigns) == 1 else None),
            "older": urlencode({**chosen, "state": state, "before": people.older or 0}),
            "is_newest": not _asked(request, "before"),
            "is_narrowed": bool(_asked(request, "person") or _asked(request, "behind")),
        }
        return TemplateResponse(request, "enrolment/people.html", context, status=status)

    def _people(
        self, request: HttpRequest, campaigns: list[Campaign], statuses: tuple[str, ...]
    ) -> People:
        reach = reach_of(request)
        rows = person_rows.people(reach).select_related("campaign", "participant")
        if person := _asked(request, "person"):
            return People(list(rows.filter(participant=person).order_by("-pk")[: people_list.PAGE]))
        if behind := _asked(request, "behind"):
            behind_it = self._behind(request, Recipient(pk=behind)).values("pk")
            return People(list(rows.filter(pk__in=behind_it).order_by("-pk")[: people_list.PAGE]))
        ids, older = people_list.newest(
            campaign_ids=[row.pk for row in campaigns],
            statuses=statuses,
            before=_asked(request, "before") or None,
        )
        return People(list(rows.filter(pk__in=ids).order_by("-pk")), older)


def _zone(request: HttpRequest, campaigns: Sequence[Campaign]) -> str:
    """The one they chose, else their organisation's; whoever runs the platform sees the first
    organisation's."""
    chosen = request.user.time_zone if isinstance(request.user, User) else ""
    return chosen or (campaigns[0].organisation.time_zone if campaigns else "UTC")


def _asked(request: HttpRequest, name: str) -> int:
    """0 for what is no id."""
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 19 else 0
