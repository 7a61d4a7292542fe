"""Some of very many people: by lot, the same each time, and without reading the others."""

from collections import Counter

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from enrolment import people_sample
from enrolment.models import Enrolment
from enrolment.people_sample import some_of
from tests import worlds
from tests.announcements import crowd, multitude

pytestmark = pytest.mark.django_db


def active() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(campaign=worlds.campaign(), status="active")


def test_sample_is_of_those_meant_alone_and_the_same_each_time() -> None:
    people = [row.pk for row in crowd(12)]
    Enrolment.objects.filter(pk__in=people[:3]).update(
        status="withdrawn", ended_at=worlds.NOON, next_due_at=None
    )
    worlds.person(number="+447700900900", of=worlds.version(worlds.campaign(key="other")))

    found = some_of(active(), seed=7, count=5)

    assert len(set(found)) == 5
    assert set(found) < set(people[3:])
    assert found == sorted(found) == some_of(active(), seed=7, count=5)
    assert found != some_of(active(), seed=8, count=5)


def test_fewer_than_wanted_are_all_of_them() -> None:
    people = [row.pk for row in crowd(4)]

    assert some_of(active(), seed=1, count=4) == people
    assert some_of(active(), seed=1, count=9) == people
    assert some_of(active().none(), seed=1, count=9) == []


def test_few_among_many_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ids drawn hit hardly anybody."""
    people = [row.pk for row in crowd(9)]
    monkeypatch.setattr(people_sample, "_TRIES", 0)

    found = some_of(active(), seed=3, count=4)

    assert len(found) == 4
    assert set(found) < set(people)
    assert found == some_of(active(), seed=3, count=4)


def test_everybody_is_as_likely_as_anybody() -> None:
    people = [row.pk for row in crowd(8)]

    drawn = Counter(pk for seed in range(400) for pk in some_of(active(), seed=seed, count=2))

    # A hundred times each, give or take nine: five times that is no chance any more.
    assert set(drawn) == set(people)
    assert all(50 < times < 150 for times in drawn.values())


@pytest.mark.parametrize("tries", [0, 4_000])
def test_somebody_more_changes_at_most_one_of_the_sample(
    monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    """Whether ids are drawn or everybody is listed."""
    monkeypatch.setattr(people_sample, "_TRIES", tries)
    edition = worlds.version()
    multitude(worlds.person(of=edition), 60)
    newest = Enrolment.objects.order_by("-pk")[0].pk
    if newest.bit_length() != (newest + 1).bit_length():
        # Where the range doubles the whole sample changes, once: before the look, then.
        worlds.person(number="+447700900901", of=edition)
    before = some_of(active(), seed=5, count=20)

    worlds.person(number="+447700900900", of=edition)

    assert len(set(before) - set(some_of(active(), seed=5, count=20))) <= 1


def test_nobody_is_read_but_those_drawn() -> None:
    multitude(worlds.person(of=worlds.version()), 20_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enrolment_enrolment")
    meant = active()

    with CaptureQueriesContext(connection) as asked:
        assert len(some_of(meant, seed=1, count=20)) == 20

    with connection.cursor() as cursor:
        for query in asked:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan, plan
            assert "enrolment_enrolment_pkey" in plan
