"""The page of a person in a campaign: who, what comes next, everything that happened and why not,
and what can be done for her."""

from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from enrolment import blinding, person_deeds, person_head, person_rows, resending
from enrolment.family_admin import FamilyDeeds
from enrolment.handles import handle_of
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.person_deeds import DEEDS, Deed, Doing
from enrolment.timeline import SHOWN, Show, timeline
from enrolment.two_clocks import TwoClocks
from messaging.clock import calendar_now
from messaging.number_search import masked
from trust import audit
from trust.admin_base import reach_of
from trust.models import User

_REVEAL = "number.reveal"
REVEALED = ("name", "number")


class PersonPage(FamilyDeeds):
    view_permission = person_rows.VIEW

    class Media:
        css: ClassVar = {"all": ("enrolment/person.css",)}

    def get_urls(self) -> list[URLPattern]:
        def deed(name: str, view: Any) -> URLPattern:
            page: URLPattern = path(
                f"<path:object_id>/do/{name}/",
                self.admin_site.admin_view(view),
                {"name": name},
                name=f"enrolment_enrolment_do_{name}",
            )
            return page

        own = [
            *(deed(name, self.deed_view) for name in DEEDS),
            deed("resend", self.resend_view),
            *(deed(name, self.reveal_view) for name in REVEALED),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        return self._page(request, self._person(request, object_id))

    def reveal_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Shown once, in the answer to a click; who clicked is written down."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        enrolment = self._person(request, object_id)
        if not reach_of(request).may(_REVEAL, enrolment.campaign_id):
            raise PermissionDenied
        assert isinstance(request.user, User)
        audit.record(verb=f"{name}.reveal", subject=enrolment, actor=request.user)
        return self._page(request, enrolment, revealed=name)

    def deed_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Filled in, looked at, done: what will happen is read before it does."""
        enrolment, deed, now = self._acted_on(request, object_id), DEEDS[name], calendar_now()
        if enrolment.status not in deed.statuses:
            messages.warning(request, "That can't be done any more: this person has moved on.")
            return redirect(self._address(enrolment))
        posted = request.method == "POST"
        form = deed.form(
            request.POST if posted else None,
            enrolment=enrolment,
            now=now,
            reads_words=self._may(request, enrolment, "message.view"),
        )
        if not form.offered:
            messages.warning(request, "There is nothing to choose for this person.")
            return redirect(self._address(enrolment))
        asks = bool(form.fields)
        if asks and not (posted and form.is_valid()):
            return self._deed_page(request, enrolment, deed, form, [])
        assert isinstance(request.user, User)
        given = form.cleaned_data if asks else {}
        doing = Doing(enrolment, given, request.user, now, self._clocks(enrolment))
        if posted and (deed.is_plain or request.POST.get("sure") == "yes"):
            return self._done(request, enrolment, deed.do(doing), deed.done)
        return self._deed_page(request, enrolment, deed, form, deed.foresee(doing))

    def resend_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        enrolment, now = self._acted_on(request, object_id), calendar_now()
        said = request.POST.get("message") or request.GET.get("message") or ""
        message_id = int(said) if said.isdecimal() and len(said) < 19 else 0
        found = resending.outlook(enrolment=enrolment, message_id=message_id, now=now)
        if found is None:
            raise Http404
        if request.method != "POST":
            context = {
                "found": found,
                "with_bodies": self._may(request, enrolment, "message.view"),
            }
            return self._answer(request, enrolment, "enrolment/person_resend.html", context)
        assert isinstance(request.user, User)
        try:
            resending.resend(
                enrolment_id=enrolment.pk, message_id=message_id, actor=request.user, now=now
            )
        except resending.Refused as refused:
            messages.error(request, str(refused))
            return redirect(self._address(enrolment))
        return self._done(request, enrolment, True, "The text goes again, in their hours.")

    def _page(self, request: HttpRequest, enrolment: Enrolment, revealed: str = "") -> HttpResponse:
        now, clocks = calendar_now(), self._clocks(enrolment)
        former = list(FormerNumber.objects.filter(participant=enrolment.participant_id))
        with_bodies = self._may(request, enrolment, "message.view")
        show = _show(request.GET.get("show", ""))
        page = timeline(
            enrolment=enrolment,
            with_bodies=with_bodies,
            viewer=clocks.viewer,
            now=now,
            show=show,
            before=request.GET.get("before", ""),
            former=former,
        )
        may_act = self._may(request, enrolment)
        trials_seen = blinding.seen(enrolment=enrolment, reach=reach_of(request))
        context = {
            "head": person_head.head(
                enrolment=enrolment,
                clocks=clocks,
                now=now,
                blinded=any(each.is_hidden for each in trials_seen),
            ),
            "page": page,
            "older": urlencode({"show": show.value, "before": page.older}) if page.older else "",
            "has_two_clocks": bool(clocks.beside(now)),
            "is_newest": "before" not in request.GET,
            "show": show,
            "shown": SHOWN,
            "with_bodies": with_bodies,
            "deeds": person_deeds.offered(enrolment, now) if may_act else [],
            "trials_seen": trials_seen,
            "may_open_case": self._may(request, enrolment, "inbox.answer"),
            **self._identity(request, enrolment, revealed),
            **self.family_context(request, enrolment, former),
        }
        return self._answer(request, enrolment, "enrolment/person.html", context)

    def _identity(
        self, request: HttpRequest, enrolment: Enrolment, revealed: str
    ) -> dict[str, Any]:
        participant = enrolment.participant
        name, number = participant.first_name, participant.recipient.number
        return {
            "has_name": bool(name),
            "has_number": bool(number),
            "name": name if revealed == "name" else "",
            "number": number if revealed == "number" else "",
            "masked": masked(number),
            "may_reveal": self._may(request, enrolment, _REVEAL),
        }

    def _deed_page(
        self,
        request: HttpRequest,
        enrolment: Enrolment,
        deed: Deed,
        form: Any,
        told: list[str],
    ) -> HttpResponse:
        """`told`: what will happen, once it is known; then the form is only carried along."""
        context = {"deed": deed, "form": form, "told": told}
        status = 400 if form.errors else 200
        template = "enrolment/person_deed.html"
        return self._answer(request, enrolment, template, context, status=status)

    def _answer(
        self,
        request: HttpRequest,
        enrolment: Enrolment,
        template: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        clocks = self._clocks(enrolment)
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": handle_of(enrolment.participant_id),
            "original": enrolment,
            "enrolment": enrolment,
            # Written out: the answer to a click stands at the click's own address.
            "address": self._address(enrolment),
            "zone": clocks.viewer.key,
            "has_view_permission": True,
            **context,
        }
        return TemplateResponse(request, template, whole, status=status)

    def _person(self, request: HttpRequest, object_id: str) -> Enrolment:
        """Another organisation's and one that never was are the same answer."""
        if not (object_id.isdecimal() and len(object_id) < 19):
            raise Http404
        reach = reach_of(request)
        rows = person_rows.with_head(person_rows.people(reach).filter(pk=int(object_id)), reach)
        found = rows.first()
        if found is None:
            raise Http404
        return found

    def _acted_on(self, request: HttpRequest, object_id: str) -> Enrolment:
        enrolment = self._person(request, object_id)
        if not self._may(request, enrolment):
            raise PermissionDenied
        return enrolment

    def _clocks(self, enrolment: Enrolment) -> TwoClocks:
        """The staff's is their organisation's."""
        participant = enrolment.participant
        here, theirs = participant.organisation.time_zone, participant.time_zone
        return TwoClocks(ZoneInfo(here), ZoneInfo(theirs))

    def _done(
        self, request: HttpRequest, enrolment: Enrolment, done: bool, said: str
    ) -> HttpResponse:
        if done:
            messages.success(request, said)
        else:
            messages.warning(request, "Nothing was changed: it was so already, or it has ended.")
        return redirect(self._address(enrolment))

    def _address(self, enrolment: Enrolment) -> str:
        return reverse("admin:enrolment_enrolment_change", args=[enrolment.pk])


def _show(said: str) -> Show:
    return Show(said) if said in SHOWN else Show.ALL
