"""Staff's deeds on the page of an enrolment: another number, a caregiver, discreet texts, a number
that is somebody else's. Each is a button, posted, and needs the right to act for the person."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from enrolment import handling
from enrolment.family_forms import NumberForm
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from messaging.clock import calendar_now
from trust.admin_base import ScopedAdmin, reach_of
from trust.models import User

DEEDS = ("number", "discreet", "wrong_number")
_ACT = "person.act"


class FamilyDeeds(ScopedAdmin):
    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:object_id>/{deed}/",
                self.admin_site.admin_view(self.family_view),
                {"deed": deed},
                name=f"enrolment_enrolment_family_{deed}",
            )
            for deed in DEEDS
        ]
        return [*own, *super().get_urls()]

    def family_view(self, request: HttpRequest, object_id: str, deed: str) -> HttpResponse:
        enrolment = self.get_object(request, object_id)
        if not isinstance(enrolment, Enrolment) or not self._may(request, enrolment):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        assert isinstance(request.user, User)
        match deed:
            case "number":
                self._number(request, enrolment, request.user)
            case "discreet":
                is_discreet = request.POST.get("discreet") == "yes"
                done = handling.set_discreet(
                    enrolment_id=enrolment.pk,
                    is_discreet=is_discreet,
                    actor=request.user,
                    now=calendar_now(),
                )
                self._tell(request, done, _("Saved. It counts from the next text."))
            case _:
                done = handling.wrong_number(
                    enrolment_id=enrolment.pk, actor=request.user, now=calendar_now()
                )
                self._tell(
                    request, done, _("The number has opted out, and leads nowhere any more.")
                )
        return redirect(reverse("admin:enrolment_enrolment_change", args=[enrolment.pk]))

    def family_context(
        self, request: HttpRequest, enrolment: Enrolment, former: Sequence[FormerNumber]
    ) -> dict[str, Any]:
        """Of a row by `person_rows.with_head`."""
        return {
            "person": enrolment.participant,
            "may_act": self._may(request, enrolment),
            "is_open": enrolment.status in Enrolment.OPEN,
            "number_form": NumberForm(enrolment=enrolment),
            "number_asked_at": enrolment.number_asked_at,  # type: ignore[attr-defined]
            "former_numbers": former,
        }

    def _number(self, request: HttpRequest, enrolment: Enrolment, actor: User) -> None:
        form = NumberForm(request.POST, enrolment=enrolment)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["number"])))
            return
        done = handling.ask_number(
            enrolment_id=enrolment.pk,
            number=form.cleaned_data["number"],
            to_caregiver=form.cleaned_data["to_caregiver"],
            actor=actor,
            now=calendar_now(),
        )
        self._tell(request, done, _("That number is asked. The texts move once it agrees."))

    def _may(self, request: HttpRequest, enrolment: Enrolment, permission: str = _ACT) -> bool:
        return reach_of(request).may(permission, enrolment.campaign_id)

    def _tell(self, request: HttpRequest, done: bool, said: Any) -> None:
        if done:
            messages.success(request, said)
        else:
            messages.warning(
                request, _("Nothing was changed: it has ended, or was asked too often.")
            )
