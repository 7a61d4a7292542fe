from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from enrolment.two_clocks import TwoClocks

OSLO, LONDON, TOKYO = map(ZoneInfo, ("Europe/Oslo", "Europe/London", "Asia/Tokyo"))
EVENING = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)


def test_moment_alone_where_both_clocks_agree() -> None:
    assert TwoClocks(OSLO, OSLO).moment(EVENING) == "Tuesday 1 Dec 21:30"
    assert TwoClocks(OSLO, ZoneInfo("Europe/Paris")).beside(EVENING) == ""


def test_their_time_stands_beside_where_it_differs() -> None:
    assert TwoClocks(LONDON, OSLO).moment(EVENING) == "Tuesday 1 Dec 20:30 (21:30 in Europe/Oslo)"


def test_their_day_is_named_where_it_is_another() -> None:
    assert TwoClocks(LONDON, TOKYO).beside(EVENING) == "Wed 05:30 theirs"
