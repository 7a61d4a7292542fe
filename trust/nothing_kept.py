"""What staff saw stays in no browser: not in its cache, and nothing at all after signing out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

#: Not cookies: the session's is taken away by name, and the answer's own would go with them, which
#: say that one is signed out. Nor storage: it holds light or dark alone, which people want to keep.
_LEFT_BEHIND = '"cache"'


class NothingKeptMiddleware:
    """Stands behind the one that says who is signed in, and before all that may sign out.

    Answers of participants' pages, of other systems' doors and of static files are not touched:
    they have no session, and say themselves what may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not _is_signed_in(request):
            return self.get_response(request)
        response = self.get_response(request)
        if not _is_signed_in(request):
            response.headers["Clear-Site-Data"] = _LEFT_BEHIND
        if "no-store" not in response.headers.get("Cache-Control", ""):
            patch_cache_control(response, no_store=True, private=True)
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated
