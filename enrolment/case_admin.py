"""The counsellors' inbox: what waits for a person, and the page where one is answered."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment import case_page, cases, counselling
from enrolment.case_clock import spoken, standing
from enrolment.case_filters import NARROWED, ShownFilter, counted
from enrolment.case_forms import AnswerForm, AssignForm, ResolveForm
from enrolment.counsellors import counsellors_of
from enrolment.models.case import Case
from enrolment.person_words import plain
from messaging.clock import CalendarNow, calendar_now
from trust import audit
from trust.admin_base import ScopedAdmin, reach_of
from trust.models import User
from trust.telling import tell

_PREVIEW = 80
_LONGEST_ID = 18
#: Shown as links above the list.
_SHELVES = ("waiting", "mine", "unassigned", "overdue")
DEEDS = ("assign", "answer", "resolve", "reopen", "reveal")


class CasePage(ScopedAdmin):
    view_permission = "inbox.answer"
    list_display = ("what", "clock", "said", "who", "campaign", "whose")
    list_display_links = ("what",)
    list_filter = (ShownFilter, "reason", "campaign")
    list_select_related = ("campaign", "assigned_to", "inbound", "enrolment")
    list_before_template = "enrolment/case_shelves.html"
    search_fields = ("=id", "=enrolment__id")
    search_help_text = _("Case or enrolment number")
    ordering = ("urgency", "due_at", "id")
    sortable_by = ()

    class Media:
        css: ClassVar = {"all": ("enrolment/case.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Each row with the time it is looked at."""
        rows: QuerySet[Case] = super().get_queryset(request)
        return rows.annotate(seen_at=CalendarNow())

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:object_id>/{deed}/",
                self.admin_site.admin_view(self.deed_view),
                {"deed": deed},
                name=f"enrolment_case_{deed}",
            )
            for deed in DEEDS
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        counts = counted(self.get_queryset(request), _SHELVES, request.user.pk)
        shelves = [(name, NARROWED[name], counts[name]) for name in _SHELVES]
        context = {
            "title": _("Inbox"),
            "shelves": shelves,
            "chosen": request.GET.get("show", _SHELVES[0]),
            "nobody_paged": case_page.nobody_is_paged(reach=reach_of(request)),
            **(extra_context or {}),
        }
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        case = self._case(request, object_id)
        return self._page(request, case, chosen=request.GET.get("canned", ""))

    def deed_view(self, request: HttpRequest, object_id: str, deed: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        case = self._case(request, object_id)
        assert isinstance(request.user, User)
        match deed:
            case "answer":
                return self._answer(request, case, request.user)
            case "reveal":
                return self._reveal(request, case, request.user)
            case "assign":
                return self._assign(request, case, request.user)
            case "resolve":
                return self._resolve(request, case, request.user)
            case _:
                done = cases.reopen(case=case, actor=request.user, now=calendar_now())
                return self._done(request, case, done, _("The case is open again."))

    def _assign(self, request: HttpRequest, case: Case, actor: User) -> HttpResponse:
        form = AssignForm(request.POST, counsellors=counsellors_of(case=case))
        if not form.is_valid():
            messages.error(request, _("Choose somebody who answers cases of this campaign."))
            return redirect(self._address(case))
        to = form.chosen() or actor
        done = cases.assign(case=case, to=to, actor=actor)
        said = gettext("The case is yours.")
        if to != actor:
            said = gettext("%(name)s has the case.") % {"name": to.name}
        return self._done(request, case, done, said)

    def _resolve(self, request: HttpRequest, case: Case, actor: User) -> HttpResponse:
        form = ResolveForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, resolve=form)
        word = form.cleaned_data["resolution"]
        done = cases.resolve(case=case, resolution=word, actor=actor, now=calendar_now())
        return self._done(request, case, done, _("The case is resolved."))

    def _answer(self, request: HttpRequest, case: Case, actor: User) -> HttpResponse:
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, form=form)
        given = form.cleaned_data
        try:
            counselling.answer(
                case=case,
                text=given["text"],
                turn=given["turn"],
                at_once=given["at_once"],
                actor=actor,
                now=calendar_now(),
            )
        except counselling.Refused as refused:
            form.add_error("text", str(refused))
            if isinstance(refused, counselling.Overtaken):
                # Sent once more, it is sent by somebody who has seen the other answer.
                form.data = {**request.POST.dict(), "turn": counselling.turns(case=case)}
            return self._page(request, case, form=form)
        messages.success(request, _("The answer is on its way."))
        return redirect(self._address(case))

    def _reveal(self, request: HttpRequest, case: Case, actor: User) -> HttpResponse:
        """Somebody in danger may have to be rung up; who looked is written down."""
        if not reach_of(request).may("number.reveal", case.campaign_id):
            raise PermissionDenied
        audit.record(verb="number.reveal", subject=case, actor=actor)
        return self._page(request, case, number=case.recipient.number or _("erased"))

    def _page(self, request: HttpRequest, case: Case, **shown: Any) -> HttpResponse:
        assert isinstance(request.user, User)
        reach, user = reach_of(request), request.user
        context = {
            **self.admin_site.each_context(request),
            **case_page.context(case=case, reach=reach, user=user, now=_seen_at(case), **shown),
            "opts": self.opts,
            "title": str(case),
            "original": case,
            "has_view_permission": True,
        }
        return TemplateResponse(request, "enrolment/case_page.html", context)

    def _case(self, request: HttpRequest, object_id: str) -> Case:
        """With all that its page asks of it, in one query."""
        if not object_id.isdecimal() or len(object_id) > _LONGEST_ID:
            raise Http404
        mine = self.get_queryset(request).filter(pk=object_id)
        return get_object_or_404(counselling.with_outlook(mine))

    def _done(self, request: HttpRequest, case: Case, done: bool, said: Any) -> HttpResponse:
        if done:
            messages.success(request, said)
        else:
            messages.warning(request, _("Somebody has moved this case on meanwhile."))
        return redirect(self._address(case))

    def _address(self, case: Case) -> str:
        return reverse("admin:enrolment_case_change", args=[case.pk])

    @admin.display(description=_("what"))
    def what(self, case: Case) -> SafeString:
        return format_html(
            '<span class="case-urgency u{}">{}</span> {}{}',
            case.urgency,
            case.get_urgency_display(),
            case.get_reason_display(),
            format_html(": {}", plain(case.detail)) if case.detail else "",
        )

    @admin.display(description=_("clock"))
    def clock(self, case: Case) -> SafeString | str:
        if case.status not in Case.WAITING:
            return case.get_status_display()
        seen_at = _seen_at(case)
        found = standing(due_at=case.due_at, now=seen_at)
        return format_html(
            '<span class="case-clock{}">{}</span><br><small>{}</small>',
            " overdue" if found.is_overdue else "",
            found.words,
            tell("waits %(time)s", time=spoken(seen_at - case.opened_at)),
        )

    @admin.display(description=_("said"))
    def said(self, case: Case) -> str:
        words = (case.inbound.body or "") if case.inbound is not None else ""
        return words if len(words) <= _PREVIEW else words[:_PREVIEW].rstrip() + "…"

    @admin.display(description=_("who"))
    def who(self, case: Case) -> str:
        return str(case.enrolment) if case.enrolment_id else gettext("stranger")

    @admin.display(description=_("whose"))
    def whose(self, case: Case) -> str:
        return case.assigned_to.name if case.assigned_to is not None else gettext("nobody's yet")


def _seen_at(case: Case) -> datetime:
    found: datetime = case.seen_at  # type: ignore[attr-defined]
    return found
