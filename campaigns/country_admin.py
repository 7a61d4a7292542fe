"""Making a country's campaign step by step in the admin, and what remains of it afterwards."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import calendar_needs, new_country
from campaigns.country_review import (
    REVIEW,
    STEPS,
    Steps,
    brought,
    plan_of,
    read,
    retyped,
    shown,
    week_of,
)
from campaigns.country_step import Draft
from campaigns.curricula import STARTER, shipped, shipped_keys
from campaigns.faults import CountryRefused
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.pack import PackRefused
from campaigns.pack_values import Pack
from campaigns.remaining import remaining
from messaging.clock import calendar_now
from messaging.models import Sender
from trust.admin_base import ScopedAdmin, reach_of
from trust.models import User
from trust.scope import scope

_TITLE = _("A programme for your country")
#: In the session: step -> what was typed, as a form is sent.
_KEPT = "new_country"
_CHANGES = "campaign.edit"


class CountryKit(ScopedAdmin):
    """A new campaign is the organisation's: a role in one campaign makes none."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("new-country/", self.new_country_view, "campaigns_campaign_new_country"),
            ("<int:pk>/remaining/", self.remaining_view, "campaigns_campaign_remaining"),
        ]
        urls: list[URLPattern] = super().get_urls()
        return [
            *(
                path(where, self.admin_site.admin_view(view), name=name)
                for where, view, name in own
            ),
            *urls,
        ]

    def new_country_view(self, request: HttpRequest) -> HttpResponse:
        if not _may_start(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        if request.user.organisation is None:
            messages.error(
                request,
                gettext(
                    "Your login belongs to no organisation. Sign in as one's manager, or use "
                    "manage.py new_country."
                ),
            )
            return redirect("admin:campaigns_campaign_changelist")
        kept = request.session.get(_KEPT, {})
        step = request.GET.get("step", STEPS[0])
        if request.method == "POST" and request.POST.get("do") == "begin_anew":
            request.session.pop(_KEPT, None)
            return redirect(_address(STEPS[0]))
        if request.method == "POST" and step in STEPS:
            kept = request.session[_KEPT] = retyped(kept, step, _typed(request))
            return self._kept(request, step, _steps(request, kept))
        steps, draft = _steps(request, kept)
        if request.method == "POST":
            return self._made(request, steps, draft)
        return self._page(request, step, steps, draft)

    def remaining_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = self.get_queryset(request).filter(pk=pk).first()
        version = campaign and campaign.versions.order_by("-number").first()
        if not isinstance(campaign, Campaign) or not isinstance(version, CampaignVersion):
            raise Http404
        links = {
            "sender": reverse("admin:messaging_sender_change", args=[campaign.sender_id]),
            "calendar": reverse("admin:campaigns_calendardate_changelist"),
            "campaign": reverse("admin:campaigns_campaign_change", args=[pk]),
            "linter": reverse("campaigns:lint", args=[version.pk]),
            "version": reverse("campaigns:review", args=[version.pk]),
        }
        tasks = [(task, links[task.about]) for task in remaining(version, now=calendar_now())]
        context = {
            "campaign": campaign,
            "version": version,
            "needed": [row for row in tasks if row[0].needed],
            "besides": [row for row in tasks if not row[0].needed],
        }
        return self._render(
            request,
            "remaining",
            gettext("%(campaign)s: what remains") % {"campaign": campaign},
            context,
        )

    def _kept(self, request: HttpRequest, step: str, again: tuple[Steps, Draft]) -> HttpResponse:
        """On to the next step, or the same page again with what was typed and what to do."""
        steps, draft = again
        form = steps.forms.get(step)
        if form is None or not form.is_valid():
            return self._page(request, step, steps, draft)
        return redirect(_address((*STEPS, REVIEW)[STEPS.index(step) + 1]))

    def _made(self, request: HttpRequest, steps: Steps, draft: Draft) -> HttpResponse:
        if steps.open != REVIEW:
            return redirect(_address(steps.open))
        assert isinstance(request.user, User)
        sender = draft.said["sender"]
        try:
            version = new_country.start(
                pack=draft.pack,
                plan=plan_of(draft),
                organisation=draft.organisation,
                sender=sender["sender"],
                price=sender["price"],
                days=draft.said["calendar"]["days"],
                actor=request.user,
                now=calendar_now(),
            )
        except CountryRefused as refused:
            for fault in refused.faults:
                messages.error(request, fault.message)
            return redirect(_address(REVIEW))
        request.session.pop(_KEPT, None)
        messages.success(
            request,
            gettext("%(version)s is a draft now. Nobody gets a text from it yet.")
            % {"version": version},
        )
        return redirect("admin:campaigns_campaign_remaining", version.campaign_id)

    def _page(self, request: HttpRequest, step: str, steps: Steps, draft: Draft) -> HttpResponse:
        """A step is shown once those before it are answered."""
        if step not in steps.forms and step != steps.open:
            return redirect(_address(steps.open))
        context: dict[str, Any] = {"step": step, "steps": _trail(step, steps)}
        if step == REVIEW:
            context["shown"] = [*shown(steps.forms), brought(draft)]
            return self._render(
                request, "new_country_review", gettext("A programme for your country"), context
            )
        context["form"] = steps.forms[step]
        place = STEPS.index(step)
        context["before"] = STEPS[place - 1] if place else ""
        context |= {"number": place + 1, "total": len(STEPS)}
        if step in {"hours", "calendar"}:
            context["week"] = week_of(draft.country, draft.today)
        return self._render(request, "new_country", _TITLE, context)

    def _render(
        self, request: HttpRequest, template: str, title: Any, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"campaigns/{template}.html", {**shared, **context})


def _may_start(request: HttpRequest) -> bool:
    return reach_of(request).may(_CHANGES)


def _address(step: str) -> str:
    return f"{reverse('admin:campaigns_campaign_new_country')}?step={step}"


def _typed(request: HttpRequest) -> str:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    return typed.urlencode()


def _trail(step: str, steps: Steps) -> list[dict[str, Any]]:
    titles = {form.step: form.title for form in steps.forms.values()}
    return [{"step": name, "title": titles[name], "now": name == step} for name in titles]


def _steps(request: HttpRequest, kept: dict[str, str]) -> tuple[Steps, Draft]:
    organisation = request.user.organisation  # type: ignore[union-attr]
    assert organisation is not None
    today, reach = calendar_now().date(), reach_of(request)
    draft = Draft(
        organisation=organisation,
        today=today,
        packs=_packs(),
        senders=scope(Sender.objects.filter(organisation=organisation), reach, "organisation.view"),
        may_price=reach.may("sender.manage"),
        needs=partial(_needs, organisation=organisation, today=today),
    )
    return read(draft, kept), draft


def _needs(pack: Pack, country: str, **where: Any) -> list[calendar_needs.Need]:
    return calendar_needs.needs(pack, country=country, **where)


def _packs() -> dict[str, Pack]:
    """Without those that somebody is mending, and the one for texts of one's own."""
    found = {}
    for key in shipped_keys():
        if key == STARTER:
            continue
        try:
            pack = shipped(key)
        except PackRefused:
            continue
        if pack is not None:
            found[key] = pack
    return found
