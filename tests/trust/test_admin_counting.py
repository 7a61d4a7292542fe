import pytest
from django.db import connection

from trust.admin_counting import BoundedPaginator
from trust.models import Organisation

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
