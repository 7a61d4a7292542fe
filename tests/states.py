"""One person's state for tests of the journey: joined on 1 December, quits on the 10th, London."""

from datetime import UTC, date, datetime, timedelta

from enrolment.state import AnchorAt, State

QUIT_DAY = date(2026, 12, 10)
JOINED = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
QUIT = AnchorAt("quit_date", 1, day=QUIT_DAY)


def state(*anchors: AnchorAt, **changes: object) -> State:
    fields: dict[str, object] = {
        "enrolment_id": 1,
        "attempt": 1,
        "seed": 7,
        "zone": "Europe/London",
        "slot": "",
        "planned_from": JOINED,
        "planned_through": JOINED - timedelta(microseconds=1),
        "anchors": anchors,
        **changes,
    }
    return State(**fields)  # type: ignore[arg-type]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def entered(stage: str, when: datetime, until: datetime | None = None) -> AnchorAt:
    return AnchorAt(f"stage.{stage}", 1, instant=when, until=until)
