"""The door of a person's own page: who is there, in which language, and what a browser may keep."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from enrolment import visiting
from enrolment.models.web_visit import WebVisit
from enrolment.web_languages import PageLanguage, browser_language, page_language
from messaging import clock

PATH = "/me/"

View = Callable[..., HttpResponse]


def visited(view: View) -> View:
    """Only within a visit; anybody else is told how to get a link. The view gets the visit and the
    time."""

    @wraps(view)
    def door(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        now = clock.calendar_now()
        visit = visiting.current(key=request.COOKIES.get(cookie_name(), ""), now=now)
        if visit is None:
            return nobody(request)
        with in_language(visit):
            return guarded(view(request, visit, now, *args, **kwargs), language_of(visit))

    return door


def nobody(request: HttpRequest) -> HttpResponse:
    """Without a visit every address of the page answers alike. A cookie that has run out goes."""
    language = browser_language(request.headers.get("Accept-Language", ""))
    if request.path != PATH:
        response: HttpResponse = redirect(PATH)
    else:
        response = page(request, language, "enrolment/me_ask.html", {})
    if cookie_name() in request.COOKIES:
        forget_cookie(response)
    return guarded(response, language)


def page(
    request: HttpRequest,
    language: PageLanguage,
    template: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    with translation.override(language.code):
        return render(request, template, {**context, "page_language": language}, status=status)


def guarded(response: HttpResponse, language: PageLanguage) -> HttpResponse:
    """Nothing of it stays in a browser or a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = language.code
    return response


def cookie_name() -> str:
    """Not the staff's prefix, which is for cookies of all paths: this one is for its page alone."""
    return "__Secure-visit" if settings.SESSION_COOKIE_SECURE else "visit"


def set_cookie(response: HttpResponse, key: str) -> None:
    """For this browser's session, and never longer than a visit. Like the staff's own cookie it is
    Secure wherever the site is https, which only the demo is not."""
    response.set_cookie(
        cookie_name(),
        key,
        max_age=int(visiting.LONGEST.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget_cookie(response: HttpResponse) -> None:
    response.delete_cookie(cookie_name(), path=PATH, samesite="Strict")


def language_of(visit: WebVisit) -> PageLanguage:
    return page_language(visit.participant.language)


def in_language(visit: WebVisit) -> translation.override:
    return translation.override(language_of(visit).code)
