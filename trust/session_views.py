"""One's own open sessions, and ending them."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from trust import open_sessions
from trust.models.user import User


@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def my_sessions(request: HttpRequest) -> HttpResponse:
    """To end one asks for the password again, as whoever found an open browser could otherwise
    shut its owner out of the others."""
    user, this = request.user, request.session.session_key
    if not isinstance(user, User):
        raise PermissionDenied
    if request.method == "POST":
        _end(request, user, this)
        return redirect("my_sessions")
    found = open_sessions.open_to(user, this=this)
    return render(request, "trust/my_sessions.html", {"sessions": found})


def _end(request: HttpRequest, user: User, this: str | None) -> None:
    handle = request.POST.get("session", "")
    if not handle:
        count = open_sessions.end_all(user=user, actor=user, this=this)
        messages.success(request, said_of(count))
    elif open_sessions.end(user=user, handle=handle, this=this):
        messages.success(request, gettext("That session is ended."))
    else:
        messages.info(request, gettext("That session was over already."))


def said_of(count: int) -> str:
    if not count:
        return gettext("There was no session to end.")
    said = ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", count)
    return said % {"count": count}
