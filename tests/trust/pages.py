"""The admin pages alone, behind the smallest middleware that gives a request its reach."""

from collections.abc import Callable

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from trust.scope import organisation_reach

# The side navigation links to the phone page.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("trust.urls")),
    path("", include("enrolment.urls")),
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tests.trust.pages.OrganisationReachMiddleware",
]


class OrganisationReachMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reach = organisation_reach(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)
