"""A person's own page. It works without scripts, and every change is one small form."""

import json
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enrolment import changing, own_history, visiting
from enrolment.models.web_visit import WebVisit
from enrolment.own_data import own_data
from enrolment.own_page import OwnPage, Programme, own_page
from enrolment.web_consents import CONSENT_FORMS
from enrolment.web_door import PATH, forget_cookie, language_of, page, visited
from enrolment.web_family_forms import NumberForm
from enrolment.web_form_base import About, OwnForm
from enrolment.web_forms import FORMS, EraseForm
from enrolment.web_languages import direction

_A_PAGE = 50
_FORMS = {**FORMS, **CONSENT_FORMS}


@require_safe
@visited
def home(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    saved = request.GET.get("saved", "")
    shown = {
        "own": own_page(visit.participant, now),
        "texts": own_history.count_texts(visit.participant),
        "notice": _notice(saved),
    }
    return _show(request, visit, "enrolment/me_home.html", shown)


@require_http_methods(["GET", "POST"])
@visited
def change(
    request: HttpRequest, visit: WebVisit, now: datetime, enrolment_id: int, what: str
) -> HttpResponse:
    """One of _FORMS."""
    own = own_page(visit.participant, now)
    programme = _programme(own, enrolment_id)
    if programme is None or what not in _FORMS or not _may(own, programme, what):
        return redirect(PATH)
    about = About(own, programme, now)
    form = _FORMS[what](_posted(request), about=about)
    if request.method == "POST" and form.is_valid():
        return _change(visit, enrolment_id, form, now)
    shown = {"own": own, "programme": programme, "form": form}
    return _show(request, visit, "enrolment/me_form.html", shown)


def _change(visit: WebVisit, enrolment_id: int, form: OwnForm, now: datetime) -> HttpResponse:
    if isinstance(form, NumberForm):
        asked = changing.ask_number(
            participant=visit.participant,
            enrolment_id=enrolment_id,
            number=form.cleaned_data["number"],
            now=now,
        )
        return _see_other(f"{PATH}?saved={'number' if asked else 'number_limit'}")
    done = changing.change(
        participant=visit.participant,
        enrolment_id=enrolment_id,
        what=form.what,
        decide=form.changes,
        now=now,
        after_leaving=form.after_leaving,
    )
    return _see_other(f"{PATH}?saved={form.what}" if done else PATH)


@require_http_methods(["GET", "POST"])
@visited
def leave(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    own = own_page(visit.participant, now)
    if own.main is None:
        return redirect(PATH)
    if request.method == "POST":
        changing.leave(visit=visit, now=now)
        return _see_other(f"{PATH}?saved=leave")
    return _show(request, visit, "enrolment/me_leave.html", {"own": own})


@require_http_methods(["GET", "POST"])
@visited
def erase(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    form = EraseForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        changing.erase(visit=visit, now=now)
        shown = _show(request, visit, "enrolment/me_erased.html", {})
        forget_cookie(shown)
        return shown
    return _show(request, visit, "enrolment/me_erase.html", {"form": form})


@require_safe
@visited
def texts(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    number = _page_number(request.GET.get("page", ""))
    found = own_history.texts(visit.participant, start=(number - 1) * _A_PAGE, count=_A_PAGE + 1)
    shown = {
        "own": own_page(visit.participant, now),
        "texts": found[:_A_PAGE],
        "newer": number - 1,
        "older": number + 1 if len(found) > _A_PAGE else 0,
    }
    return _show(request, visit, "enrolment/me_texts.html", shown)


@require_safe
@visited
def answers(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    shown = {
        "own": own_page(visit.participant, now),
        "answers": own_history.answers(visit.participant),
    }
    return _show(request, visit, "enrolment/me_answers.html", shown)


@require_safe
@visited
def download(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    data = own_data(visit.participant, now)
    changing.record_download(visit=visit)
    response = HttpResponse(
        json.dumps(data, ensure_ascii=False, indent=2), content_type="application/json"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_POST
@visited
def close(request: HttpRequest, visit: WebVisit, now: datetime) -> HttpResponse:
    visiting.end(visit=visit, now=now)
    shown = _show(request, visit, "enrolment/me_left.html", {})
    forget_cookie(shown)
    return shown


def _show(
    request: HttpRequest, visit: WebVisit, template: str, shown: dict[str, object]
) -> HttpResponse:
    words = visit.participant.language
    shown = {**shown, "words_language": words, "words_direction": direction(words)}
    return page(request, language_of(visit), template, shown)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _see_other(address: str) -> HttpResponse:
    """303: the browser asks for the next page, and going back sends nothing twice."""
    return HttpResponseRedirect(address, status=303)


def _programme(own: OwnPage, enrolment_id: int) -> Programme | None:
    hers = (found for found in own.programmes if found.enrolment.pk == enrolment_id)
    return next(hers, None)


def _may(own: OwnPage, programme: Programme, what: str) -> bool:
    """Whether the page offers it, as it stands now."""
    if what in CONSENT_FORMS:
        return programme.may_agree and any(found.scope == what for found in programme.agreed)
    return programme.is_open and {
        "language": len(own.languages) > 1,
        "slot": bool(own.slots),
        "dose": programme.is_running and programme.has_doses,
        "day": programme.is_running,
        "pause": programme.is_running,
        "resume": programme.talk.paused,
    }.get(what, True)


def _page_number(said: str) -> int:
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _notice(saved: str) -> str:
    """What was just done, in words; nothing for anything made up."""
    return {
        "name": _("Your name is saved."),
        "language": _("The language is saved."),
        "slot": _("The time of day is saved."),
        "hours": _("Your hours are saved."),
        "dose": _("The number of texts is changed."),
        "day": _("Your quit day is saved."),
        "pause": _("The break has begun."),
        "resume": _("The break is over. The texts go on."),
        **dict.fromkeys(CONSENT_FORMS, _("Your answer is saved.")),
        "discreet": _("Saved. The next text is written so."),
        "number": _("We ask the new number. Our texts go there once the code has come back."),
        "number_limit": _("That was enough for today. Please try again tomorrow."),
        "leave": _("You have left. One last text tells you so, and then no more come."),
    }.get(saved, "")
