"""The operations pages: read only, for whoever's role holds the whole organisation."""

from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enrolment import operations as shown
from messaging import clock
from messaging.advice import STRIKES
from trust.admin_base import reach_of
from trust.scope import Reach

_A_PAGE = 50
#: Further back nobody reads; the newest come first.
_MOST = 1000


@staff_member_required
@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    reach = _reach(request)
    now, calendar = clock.both()
    page = shown.page(reach=reach, now=now, calendar=calendar)
    return render(request, "enrolment/operations.html", page)


@staff_member_required
@require_GET
def dead_numbers(request: HttpRequest) -> HttpResponse:
    """?page= counts from 1. By the number's id: whoever runs the house sees no number."""
    found = list(shown.dead_numbers(_reach(request)).defer("number")[:_MOST])
    rows = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "strikes": STRIKES, "most": _MOST, "is_all": len(found) < _MOST}
    return render(request, "enrolment/dead_numbers.html", page)


@staff_member_required
@require_GET
def unknown_texts(request: HttpRequest) -> HttpResponse:
    page = shown.unknown_texts(reach=_reach(request), now=clock.both()[0])
    return render(request, "enrolment/unknown_texts.html", page)


@staff_member_required
@require_GET
def database_size(request: HttpRequest) -> HttpResponse:
    _reach(request)
    return render(request, "enrolment/database_size.html", shown.sizes())


def _reach(request: HttpRequest) -> Reach:
    reach = reach_of(request)
    if not reach.may(shown.PERMISSION):
        raise PermissionDenied
    return reach
