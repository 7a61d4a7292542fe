"""Whether a user wants the weekly reports."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from messaging import clock
from research import weekly
from trust.models import User

_CHOICES = {"stop": False, "want": True}


@staff_member_required
@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """One's own choice alone; whoever is signed in has one."""
    user = request.user
    assert isinstance(user, User), "only users sign in"
    if request.method == "POST":
        chosen = _CHOICES.get(request.POST.get("do", ""))
        if chosen is None:
            return HttpResponseBadRequest(_("Choose to stop the reports, or to get them."))
        weekly.choose(user=user, is_wanted=chosen, now=clock.calendar_now())
        told = _("The reports come again.") if chosen else _("No more reports will come.")
        messages.success(request, told)
        return redirect("research:reports")
    page = {"is_wanted": weekly.is_wanted(user), "campaigns": weekly.managed_by(user)}
    return render(request, "research/reports.html", page)
