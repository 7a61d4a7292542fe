"""The web server of a benchmark: the product's own, and beside it a view that does nothing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from config.wsgi import application

__all__ = ["application", "urlpatterns"]

settings.ROOT_URLCONF = __name__


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [path("hooks/nothing/", nothing), path("", include("config.urls"))]
