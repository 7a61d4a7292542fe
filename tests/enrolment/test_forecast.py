"""Forecasts of real enrolments."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enrolment import pausing, planner
from enrolment.forecast import Forecast, forecast
from enrolment.models import Enrolment
from messaging.models import Message, Sender, SpendDay
from tests import worlds
from tests.worlds import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
#: Of one person: welcome.1 today, before.1, day.0 and ask.smoked, day.1.
OF_ONE = {date(2026, 12, 1): 1, date(2026, 12, 8): 1, date(2026, 12, 10): 2, date(2026, 12, 11): 1}


def number(place: int) -> str:
    return f"+4477009{place:05}"


def people(count: int) -> list[Enrolment]:
    edition = worlds.version()
    return [worlds.person(number=number(place), of=edition) for place in range(count)]


def run(now: datetime = NOON, **more: int) -> Forecast:
    return forecast(campaign=worlds.campaign(), now=now, **more)


def by_day(found: Forecast) -> dict[date, int]:
    return {figure.day: figure.messages for figure in found.days if figure.messages}


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("forecast", *arguments, stdout=out)
    return out.getvalue()


def test_forecast_counts_what_is_to_come_by_day() -> None:
    people(2)

    found = run()

    assert by_day(found) == {day: 2 * count for day, count in OF_ONE.items()}
    assert (len(found.days), found.days[0].day) == (90, NOON.date())
    assert (found.people, found.looked_at, found.is_sample) == (2, 2, False)


def test_forecast_is_what_the_planner_then_queues() -> None:
    people(1)
    found = run()
    now = NOON

    while now < NOON + 14 * DAY:
        planner.tick(now=now)
        now += timedelta(minutes=15)

    queued = [message.not_before.date() for message in Message.objects.order_by("not_before")]
    assert by_day(found) == {day: queued.count(day) for day in queued}


def test_decided_steps_are_not_counted_again() -> None:
    people(1)
    planner.tick(now=NOON + 8 * DAY)

    assert by_day(run(now=NOON + 8 * DAY)) == {date(2026, 12, 10): 2, date(2026, 12, 11): 1}


def test_people_who_left_or_are_still_joining_are_not_counted() -> None:
    left, joining, _ = people(3)
    Enrolment.objects.filter(pk=left.pk).update(status="withdrawn", ended_at=NOON, next_due_at=None)
    Enrolment.objects.filter(pk=joining.pk).update(status="invited", next_due_at=None)

    found = run()

    assert (found.people, found.joining) == (1, 1)
    assert by_day(found) == OF_ONE


def test_paused_people_count_from_the_end_of_the_pause() -> None:
    for_days, for_good = people(2)
    pausing.pause(enrolment=for_days, until=NOON + 8 * DAY, reason="asked", now=NOON)
    pausing.pause(enrolment=for_good, until=None, reason="asked", now=NOON)

    found = run()

    assert by_day(found) == {date(2026, 12, 10): 2, date(2026, 12, 11): 1}
    assert (found.people, found.paused_for_good) == (2, 1)


def test_people_of_another_campaign_are_not_counted() -> None:
    people(1)
    worlds.person(number=number(50), of=worlds.version(worlds.campaign(key="walk")))

    assert run().people == 1


def test_crowd_is_sampled_by_lot_and_scaled() -> None:
    people(12)

    found, again = run(exact_up_to=5), run(exact_up_to=5)

    assert (found.people, found.looked_at, found.is_sample) == (12, 5, True)
    assert found.days == again.days
    assert by_day(found) == {day: 12 * count for day, count in OF_ONE.items()}


def test_sample_says_how_sure_it_is() -> None:
    *_, other = people(12)
    Enrolment.objects.filter(pk__lt=other.pk - 5).update(
        planned_through=NOON + 30 * DAY, next_due_at=None
    )

    assert run(exact_up_to=8).messages_margin > 0
    assert run().messages_margin == 0


def test_campaign_without_people_has_empty_days() -> None:
    worlds.version()

    found = run(days=7)

    assert (found.people, found.total.messages, len(found.days)) == (0, 0, 7)


def test_money_is_segments_at_the_senders_price() -> None:
    people(1)
    assert run().money(5) is None
    Sender.objects.update(segment_price=Decimal("0.04"), currency="GBP")

    assert run().money(run().total.segments) == Decimal("0.20")


def test_budget_is_spent_on_the_day_the_plan_reaches_it() -> None:
    people(1)
    Sender.objects.update(segment_price=1, currency="GBP", monthly_budget=4)
    assert run().budget_spent_on(NOON) == date(2026, 12, 10)
    SpendDay.objects.create(
        sender=worlds.sender(), day=NOON.date(), messages=2, segments=2, counted_at=NOON
    )

    assert run().budget_spent_on(NOON) == date(2026, 12, 8)


def test_command_prints_days_months_and_money() -> None:
    at = worlds.at_noon()
    edition = worlds.version()
    worlds.person(of=edition, joined=at, quit_day=at.date() + 3 * DAY)
    Sender.objects.update(segment_price=Decimal("0.04"), currency="GBP", monthly_budget=0)

    page = told("clinic/quit", "--days", "7")

    assert f"\n{at:%Y-%m-%d}         1         1         1     GBP 0.04" in page
    assert "The monthly budget is spent on" in page
    assert "1 people; 0 still joining are not counted." in page


def test_command_prints_json() -> None:
    at = worlds.at_noon()
    worlds.person(of=worlds.version(), joined=at, quit_day=None)

    found = json.loads(told("quit", "--json"))

    assert (found["people"], len(found["days"])) == (1, 90)
    assert found["days"][0] == {
        "day": at.date().isoformat(), "messages": 1, "segments": 1, "most_segments": 1,
        "money": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "There is no campaign nothing"),
        (["quit"], "name organisation/key"),
        (["clinic/quit", "--days", "0"], "wants 1 to 365"),
    ],
)
def test_command_refuses_in_words(arguments: list[str], words: str) -> None:
    worlds.campaign("clinic")
    worlds.campaign("hospital")

    with pytest.raises(CommandError, match=words):
        told(*arguments)
