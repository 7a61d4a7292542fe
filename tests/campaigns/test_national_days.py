from datetime import date

import pytest

from campaigns.national_days import keeps_eid, known_days, national_days_off
from campaigns.schedule import Avoid

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


@pytest.mark.parametrize(
    ("country", "weekend"),
    [
        ("EG", {FRIDAY, SATURDAY}),
        ("SA", {FRIDAY, SATURDAY}),
        ("NO", {SATURDAY, SUNDAY}),
        ("GB", {SATURDAY, SUNDAY}),
        ("IR", {FRIDAY}),
    ],
)
def test_weekend_is_the_countrys(country: str, weekend: set[int]) -> None:
    assert national_days_off(country, 2026).weekend == weekend


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_holidays_reach_from_last_year_to_the_year_after_next(year: int) -> None:
    assert date(year, 5, 17) in national_days_off("NO", 2026).holidays
    assert date(year, 12, 25) in national_days_off("GB", 2026).holidays


def test_ordinary_day_is_no_holiday() -> None:
    assert date(2026, 5, 19) not in national_days_off("NO", 2026).holidays
    assert date(2026, 5, 17) not in national_days_off("GB", 2026).holidays


def test_unknown_country_has_saturday_and_sunday_and_no_holidays() -> None:
    days = national_days_off("XX", 2026)

    assert days.weekend == {SATURDAY, SUNDAY}
    assert days.holidays == frozenset()


def test_days_off_move_a_step_to_the_next_open_day() -> None:
    both = frozenset(Avoid)

    assert national_days_off("EG", 2026).next_open(date(2026, 12, 4), both) == date(2026, 12, 6)


def test_known_days_are_the_world_days_of_each_year() -> None:
    days = {
        (day.key, day.edition): day.day
        for day in known_days("NO", range(2027, 2029), ramadan=False)
    }

    assert len(days) == 6
    assert days["world_no_tobacco_day", 2027] == date(2027, 5, 31)
    assert days["world_diabetes_day", 2028] == date(2028, 11, 14)
    assert days["world_health_day", 2028] == date(2028, 4, 7)


def test_ramadan_falls_twice_in_2030_in_two_editions() -> None:
    days = known_days("SA", range(2030, 2031), ramadan=True)

    assert [(day.edition, day.day) for day in days if day.key == "ramadan"] == [
        (1451, date(2030, 1, 5)),
        (1452, date(2030, 12, 26)),
    ]


def test_ramadan_editions_run_on_without_a_gap() -> None:
    days = known_days("SA", range(2000, 2090), ramadan=True)
    editions = [day.edition for day in days if day.key == "ramadan"]

    assert editions == list(range(editions[0], editions[0] + len(editions)))


@pytest.mark.parametrize(("country", "day"), [("SA", 8), ("PK", 9), ("GB", 8)])
def test_ramadan_is_as_the_country_reckons_it(country: str, day: int) -> None:
    """1448 by Umm al-Qura; Pakistan begins a day after. Where no table is kept, Mecca's serves."""
    days = known_days(country, range(2027, 2028), ramadan=True)

    assert [known.day for known in days if known.key == "ramadan"] == [date(2027, 2, day)]
    assert all(known.by_moon == (known.key in {"ramadan", "eid_al_fitr"}) for known in days)


def test_eid_follows_ramadan_by_a_month() -> None:
    days = {day.key: day.day for day in known_days("EG", range(2027, 2028), ramadan=True)}

    assert (days["eid_al_fitr"] - days["ramadan"]).days in {29, 30}


@pytest.mark.parametrize(
    ("country", "keeps"),
    [("EG", True), ("SA", True), ("ID", True), ("NO", False), ("GB", False), ("XX", False)],
)
def test_eid_is_kept_where_it_is_a_public_holiday(country: str, keeps: bool) -> None:
    assert keeps_eid(country, 2026) is keeps
