"""The button that sends one text to one's own telephone."""

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from campaigns import sampling
from campaigns.version_door import APPROVE, AUTHOR, PUBLISH, may, user_of, version_for
from messaging.clock import calendar_now


class SampleForm(forms.Form):
    language = forms.CharField(max_length=8)
    number = forms.CharField(
        max_length=40,
        error_messages={
            "required": _("Write the number of your telephone first, with + and its country.")
        },
    )


@staff_member_required
@require_POST
def send(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    """Whoever writes, judges or publishes may look at it so."""
    version = version_for(request, version_id)
    if not any(may(request, held, version) for held in (AUTHOR, APPROVE, PUBLISH)):
        raise PermissionDenied
    form = SampleForm(request.POST)
    if not form.is_valid():
        for found in form.errors.values():
            messages.error(request, str(found[0]))
    else:
        try:
            sampling.send(
                version=version,
                key=key,
                actor=user_of(request),
                now=calendar_now(),
                **form.cleaned_data,
            )
            messages.success(
                request, gettext("On its way, as it was saved last. It counts in no figure.")
            )
        except sampling.SampleRefused as refused:
            messages.error(request, str(refused))
    page = "campaigns:edit" if "editing" in request.POST else "campaigns:text"
    return redirect(page, version.pk, key)
