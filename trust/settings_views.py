from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trust.models.user import User
from trust.preferring import prefer
from trust.settings_form import SettingsForm


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def my_settings(request: HttpRequest) -> HttpResponse:
    """The caller's own, and nobody else's."""
    # A row of its own: a form that is refused leaves the one that the page is shown to alone.
    user = get_object_or_404(User.objects.select_related("organisation"), pk=request.user.pk or 0)
    form = SettingsForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        prefer(user=user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            messages.success(request, gettext("Your settings are kept."))
        return redirect("my_settings")
    status = 422 if request.method == "POST" else 200
    return render(request, "trust/my_settings.html", {"form": form}, status=status)
