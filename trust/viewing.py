"""In which language and on which clock somebody sees the pages: their own choice, else the
organisation's zone and the browser's language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from trust.models.user import User


class ViewerMiddleware:
    """Stands behind the one that says who is signed in; a participant's own page speaks the
    participant's language whoever looks, by its own door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A session of nobody's is not read: participants' pages and webhooks have none.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        # Who came: somebody who is signed out by this request is still told so in her language.
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        with as_seen_by(user, default=translation.get_language()):
            response = self.get_response(request)
        if user.language:
            response.headers.setdefault("Content-Language", user.language)
        return response


def zone_of(user: User) -> ZoneInfo:
    organisation = user.organisation.time_zone if user.organisation else ""
    for name in (user.time_zone, organisation):
        # A zone may be gone since it was chosen.
        with suppress(ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(name)
    return ZoneInfo(settings.TIME_ZONE)


@contextmanager
def as_seen_by(user: User, default: str = settings.LANGUAGE_CODE) -> Iterator[None]:
    """Also for what reaches somebody outside a page, such as an email."""
    with translation.override(user.language or default), timezone.override(zone_of(user)):
        yield
