"""The linter's page of a version: what it found, and the word that its warnings were seen."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from campaigns import linting
from campaigns.lint_page import lint_page
from campaigns.version_door import PUBLISH, may, user_of, version_for
from messaging.clock import calendar_now


@staff_member_required
@require_http_methods(["GET", "POST"])
def lint_report(request: HttpRequest, version_id: int) -> HttpResponse:
    version = version_for(request, version_id)
    now = calendar_now()
    may_see = may(request, PUBLISH, version) and version.status not in version.FROZEN
    if request.method == "POST":
        if not may_see:
            raise PermissionDenied
        shown = request.POST.get("shown") or "nothing"
        if linting.see_warnings(version=version, actor=user_of(request), now=now, shown=shown):
            messages.success(request, gettext("Noted: the warnings have been seen."))
        else:
            messages.error(request, gettext("The warnings are others by now. Read these."))
        return redirect("campaigns:lint", version.pk)
    findings = linting.lint_version(version, now=now)
    page = lint_page(
        version,
        findings,
        severity=request.GET.get("severity", ""),
        seen=linting.report_seen(version, findings),
        digest=linting.digest(findings),
        may_see=may_see,
    )
    return render(request, "campaigns/lint.html", {"page": page})
