from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from enrolment.state import Reason
from enrolment.transcript import Entry, Kind, Transcript, differences, from_json, to_json
from enrolment.transcript_text import lines
from enrolment.why import DECIDED, TAKEN_BACK, why_not

AT = datetime(2026, 12, 10, 9, 10)
DAY_0 = Entry(AT, Kind.STEP, "day.0", "Q", verdict="queued", text_key="day.0", words="Today!")
DAY_1 = Entry(
    AT + timedelta(days=1), Kind.STEP, "day.1", "Q+1", verdict="suppressed", reason="slip_path"
)
SLIP = Entry(AT + timedelta(hours=3), Kind.HEARD, "SLIP", "Q", verdict="matched", reason="slip")
REPLY = Entry(AT + timedelta(hours=3), Kind.REPLY, "slip.1", "Q", text_key="slip.1")
MOVED = Entry(
    AT + timedelta(days=2),
    Kind.STEP,
    "day.2",
    "Q+2",
    verdict="queued",
    reason="day_cap",
    text_key="day.2@vape",
    leaves=AT + timedelta(days=3),
)


def transcript(*entries: Entry) -> Transcript:
    return Transcript("amina", "Amina", "Europe/London", entries)


WHOLE = transcript(DAY_0, SLIP, REPLY, DAY_1, MOVED)


def told(before: Transcript, after: Transcript) -> list[str]:
    return [str(difference) for difference in differences(before, after)]


def test_transcript_comes_back_from_json_but_for_its_wording() -> None:
    wordless = transcript(*(replace(entry, words="") for entry in WHOLE.entries))

    assert from_json(to_json(WHOLE)) == wordless


def test_transcript_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 2"):
        from_json({**to_json(WHOLE), "format": 2})


def test_wording_and_minute_are_not_compared() -> None:
    other = replace(DAY_0, words="Mended, a comma", at=AT + timedelta(minutes=7))

    assert told(WHOLE, transcript(other, *WHOLE.entries[1:])) == []


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (
            replace(DAY_0, at=AT + timedelta(days=1)),
            "~ step day.0: Thu 10 Dec 2026, queued -> Fri 11 Dec 2026, queued",
        ),
        (
            replace(DAY_0, verdict="suppressed", reason="late"),
            "~ step day.0: Thu 10 Dec 2026, queued -> Thu 10 Dec 2026, suppressed, late",
        ),
    ],
)
def test_another_day_verdict_or_reason_is_a_difference(changed: Entry, line: str) -> None:
    assert told(WHOLE, transcript(changed, *WHOLE.entries[1:])) == [line]


def test_text_moved_to_another_day_is_a_difference() -> None:
    later = replace(MOVED, leaves=AT + timedelta(days=4))

    [line] = told(transcript(MOVED), transcript(later))

    assert line.startswith("~ step day.2: Sat 12 Dec 2026, queued, day_cap, leaves 13 Dec -> ")
    assert line.endswith("leaves 14 Dec")


def test_new_and_missing_entries_are_told() -> None:
    assert told(transcript(DAY_0), transcript(DAY_0, SLIP)) == [
        "+ heard SLIP: Thu 10 Dec 2026, matched, slip"
    ]
    assert told(transcript(DAY_0, REPLY), transcript(DAY_0)) == ["- reply slip.1: Thu 10 Dec 2026"]


def test_reply_sent_a_second_time_is_told_apart() -> None:
    again = replace(REPLY, at=REPLY.at + timedelta(hours=1))

    assert told(transcript(REPLY), transcript(REPLY, again)) == [
        "+ reply slip.1 #2: Thu 10 Dec 2026"
    ]


def test_another_wording_of_a_step_is_none_but_another_reply_is() -> None:
    """A bank that gains a text turns everybody's tips round; that is no news about the plan."""
    assert told(transcript(MOVED), transcript(replace(MOVED, text_key="day.2"))) == []
    assert len(told(transcript(REPLY), transcript(replace(REPLY, key="slip.2")))) == 2


def test_text_form_has_a_reason_for_everything_not_sent() -> None:
    found = list(lines(WHOLE, words=True))

    assert "Thu 10 Dec 2026  Q" in found
    assert "  09:10 < day.0: Today!" in found
    assert "  12:10 > SLIP  [slip]" in found
    assert (
        "  09:10 - day.1 not sent: a slip was told; for 48 hours the slip texts come instead"
        in found
    )
    assert "  09:10 < day.2 (day.2@vape)  at Sun 13 Dec 09:10: moved on, for the day was full" in (
        found
    )
    assert found[-2:] == ["3 texts and replies sent", "1 not sent: slip path"]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    assert reason in DECIDED


@pytest.mark.parametrize("reason", TAKEN_BACK)
def test_text_taken_back_is_explained_by_what_took_it(reason: str) -> None:
    assert why_not("cancelled", reason) == TAKEN_BACK[reason]


def test_pause_before_and_after_planning_read_differently() -> None:
    assert why_not("suppressed", "paused") != why_not("cancelled", "paused")
