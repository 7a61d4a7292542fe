"""The way to publishing in words: each step's state from what is known."""

from typing import Any

from enrolment.publish_steps import Facts, State, Step, steps

NEW: dict[str, Any] = {
    "status": "draft", "changed": 3, "personas": 2, "waiting": ["on_time"],
    "languages": ["en", "nb"], "unsigned": ["en", "nb"], "unread": [],
    "is_clinical": False, "is_fake": True, "sender": "Demo", "approver": "", "people": 0,
}  # fmt: skip


def way(**changes: Any) -> dict[str, Step]:
    return {step.key: step for step in steps(Facts(**{**NEW, **changes}))}


def states(**changes: Any) -> dict[str, State]:
    return {key: step.state for key, step in way(**changes).items()}


def test_draft_is_checked_and_asks_for_review() -> None:
    found = states()

    assert found["rehearsal"] is found["ask"] is State.TODO
    assert found["languages"] is found["approval"] is State.LATER
    assert way()["words"].told == "3 texts differ from the live version."


def test_review_waits_for_readers_then_for_approval() -> None:
    assert states(status="in_review")["languages"] is State.TODO
    assert states(status="in_review")["approval"] is State.LATER
    assert states(status="in_review", unsigned=[])["approval"] is State.TODO
    assert states(status="in_review")["ask"] is State.DONE


def test_approved_version_with_everything_misses_nothing() -> None:
    found = way(status="approved", unsigned=[], waiting=[], is_clinical=True, approver="Rita")

    assert not [step.key for step in found.values() if step.is_missing]
    assert found["approval"].told == "Approved by Rita."


def test_clinical_approval_is_a_choice_on_a_fake_sender_alone() -> None:
    assert states()["clinical"] is State.CHOICE
    assert states(is_fake=False)["clinical"] is State.LATER
    assert states(is_fake=False, status="in_review")["clinical"] is State.TODO
    assert states(is_fake=False, is_clinical=True)["clinical"] is State.DONE


def test_language_no_native_reader_has_read_stops_a_real_sender_alone() -> None:
    read = {"status": "approved", "unsigned": [], "unread": ["nb"]}

    assert states(**read)["languages"] is State.DONE
    assert "No native reader has read nb yet" in str(way(**read)["languages"].more)
    assert states(**read, is_fake=False)["languages"] is State.TODO
    assert states(**{**read, "unread": []}, is_fake=False)["languages"] is State.DONE


def test_words_for_first_version_no_change_no_personas_and_people() -> None:
    assert "first version" in way(changed=None)["words"].told
    assert way(changed=0)["words"].told == "All texts are those of the live version."
    assert states(personas=0, waiting=[])["rehearsal"] is State.CHOICE
    assert "on time" in way()["rehearsal"].told
    assert way(people=1)["people"].told.startswith("1 person is on another version")
    assert states(people=12)["people"] is State.CHOICE
    assert states()["people"] is State.DONE
