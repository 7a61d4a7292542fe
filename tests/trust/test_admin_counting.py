from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter, FieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db import connection

from trust import audit
from trust.admin_counting import BoundedPaginator
from trust.models import AuditEvent, Organisation

pytestmark = pytest.mark.django_db


class Few(BoundedPaginator):
    most = 3


@pytest.fixture
def five() -> None:
    for number in range(5):
        Organisation.objects.create(name=f"Clinic {number}", slug=f"clinic-{number}", country="GB")


def paginator(most_slug: str = "") -> Few:
    rows = Organisation.objects.order_by("pk")
    return Few(rows.filter(slug__lte=most_slug) if most_slug else rows, 2)


def test_short_list_is_counted_exactly(five: None) -> None:
    found = paginator("clinic-2")

    assert (found.count, found.how_many, found.num_pages) == (3, "3", 2)


def test_long_narrowed_list_says_more_than(five: None) -> None:
    found = paginator("clinic-4")

    assert (found.count, found.how_many, found.num_pages) == (3, "more than 3", 2)


def test_long_whole_table_says_the_planners_estimate(five: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE trust_organisation")

    assert paginator().how_many == "about 5"


def test_table_never_analysed_says_more_than(five: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = -1 WHERE relname = 'trust_organisation'")

    assert paginator().how_many == "more than 3"


def test_table_in_parts_has_the_estimate_of_all_of_them() -> None:
    for number in range(5):
        audit.record(verb=f"tick.{number}", subject=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE trust_auditevent")

    assert Few(AuditEvent.objects.all(), 2).how_many == "about 5"


#: Written by staff, by the dozen.
FEW_ROWS = {"CannedReply.language"}


def test_no_list_of_people_and_texts_reads_every_row_for_what_a_filter_offers() -> None:
    assert set(_read_whole()) == FEW_ROWS


def _read_whole() -> Iterator[str]:
    for model, page in admin.site._registry.items():
        if model._meta.app_label in ("messaging", "enrolment"):
            for name in page.list_filter:
                if isinstance(name, str) and _usual(model, name) is AllValuesFieldListFilter:
                    yield f"{model.__name__}.{name}"


def _usual(model: type, name: str) -> type[FieldListFilter]:
    """What Django would filter by, where the page says no more than a field's name."""
    field = get_fields_from_path(model, name)[-1]
    filters = FieldListFilter._field_list_filters
    return next(usual for fits, usual in filters if fits(field))
