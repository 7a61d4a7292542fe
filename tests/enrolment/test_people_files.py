"""Lists of people, from the file to their questions: a dry run, each row once, nothing kept."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections

from campaigns import jobs
from campaigns.models import Campaign, Job
from enrolment import erasing, inviting, people_files, people_work
from enrolment.models import Consent, Enrolment, Invitation, PeopleFile, PeopleRow
from enrolment.people_table import PeopleFileRefused
from messaging.models import Message, Recipient
from tests import long_work, worlds
from tests.enrolment.people_lists import (
    applied,
    csv_of,
    manager,
    numbers,
    outcomes,
    sent,
    worked,
    xlsx_of,
)
from tests.enrolment.test_replies import NUMBER, texted
from trust.models import AuditEvent
from trust.models.machine_time import MachineNow

pytestmark = pytest.mark.django_db

OTHER = "+447700900002"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrolment.people_work.calendar_now", lambda: worlds.NOON)


@pytest.fixture(autouse=True)
def campaign() -> None:
    worlds.version()


def asked() -> list[str]:
    return sorted(message.recipient.number or "" for message in Message.objects.all())


def test_dry_run_says_what_would_happen_to_each_row_and_changes_nothing() -> None:
    texted("STOP")
    worlds.person(number=OTHER, of=worlds.campaign().versions.get())
    before = (Recipient.objects.count(), Message.objects.count())
    rows = [[NUMBER], [OTHER], ["+12025550123"], ["+447700900003"], ["07700 900003"]]

    found = sent(csv_of(rows))

    assert found.status == PeopleFile.Status.READY
    assert outcomes(found) == {
        2: ("passed", "opted_out"),
        3: ("passed", "already_in"),
        4: ("passed", "country"),
        5: ("planned", ""),
        6: ("passed", "twice"),
    }
    assert (Recipient.objects.count(), Message.objects.count()) == before
    assert not Invitation.objects.exists()
    assert found.content is None


def test_button_asks_each_once_and_keeps_nobody() -> None:
    found = applied(sent(xlsx_of([[NUMBER, "Amina"], [OTHER, None]])))

    assert found.status == PeopleFile.Status.APPLIED
    assert asked() == [NUMBER, OTHER]
    assert not PeopleRow.objects.exclude(person=None, number_index=None).exists()
    assert [row.enrolment is not None for row in found.rows.all()] == [True, True]
    assert texted("yes") == ["Do you smoke? YES or NO"]
    with pytest.raises(PeopleFileRefused):
        people_files.apply(people_file=found, actor=manager())


def test_one_bad_row_and_nobody_is_signed_up() -> None:
    found = sent(csv_of([[NUMBER], ["call me"], [OTHER, "R2D2"]]))

    assert found.status == PeopleFile.Status.WRONG
    assert [(line, column) for line, column, _ in found.problems] == [
        (3, "number"),
        (4, "first_name"),
    ]
    assert found.problem_count == 2
    assert (found.content, found.rows.count()) == (None, 0)
    with pytest.raises(PeopleFileRefused):
        people_files.apply(people_file=found, actor=manager())


def test_consent_on_paper_goes_into_the_ledger_as_it_is_told() -> None:
    applied(sent(csv_of([[NUMBER, "Amina", "paper", "2026-11-02", "Form 12"]])))

    line = Consent.objects.get()
    assert (line.scope, line.is_given, line.channel, line.exact_text) == (
        "service",
        True,
        "paper",
        "Form 12",
    )
    assert (line.actor, line.given_at.date().isoformat()) == (manager(), "2026-11-02")
    enrolment = Enrolment.objects.get()
    assert (enrolment.status, enrolment.question) == ("invited", "uses")
    assert enrolment.participant.first_name == "Amina"
    assert [message.body.text for message in Message.objects.all()] == ["Do you smoke? YES or NO"]
    assert texted("yes") == ["Your first name?"]


def test_paper_that_agrees_to_a_call_is_two_lines_of_the_ledger() -> None:
    heads = ("number", "consent", "said_on", "reference", "calls")

    applied(sent(csv_of([[NUMBER, "paper", "2026-11-02", "Form 12", "yes"]], heads)))

    assert sorted(line.scope for line in Consent.objects.all()) == ["follow_up_call", "service"]


def test_asked_person_has_given_no_consent() -> None:
    applied(sent(csv_of([[NUMBER, "Amina", "ask", "2026-11-02"]])))

    assert not Consent.objects.exists()
    assert Invitation.objects.get().asked_on is not None


def test_number_that_stopped_after_the_dry_run_is_left_alone() -> None:
    found = sent(csv_of([[NUMBER], [OTHER]]))
    texted("STOP")

    applied(found)

    assert outcomes(found) == {2: ("passed", "opted_out"), 3: ("done", "")}
    assert asked()[-1] == OTHER


def test_test_participants_texts_say_so() -> None:
    applied(sent(csv_of([[NUMBER, "yes"], [OTHER, "no"]], ("number", "test"))))

    assert {row.participant.recipient.number: row.is_test for row in Enrolment.objects.all()} == {
        NUMBER: True,
        OTHER: False,
    }
    assert {row.recipient.number: row.is_test for row in Message.objects.all()} == {
        NUMBER: True,
        OTHER: False,
    }


def test_worker_killed_anywhere_leaves_no_row_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sent(csv_of(numbers(12)))
    people_files.apply(people_file=found, actor=manager())
    real, left = people_work._done, [5]

    def dies(*args: object) -> int | None:
        made = real(*args)
        left[0] -= 1
        if not left[0]:
            # After the row's work, before its end is committed.
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(people_work, "_done", dies)
    long_work.kill(people_work.WORKERS)
    assert Enrolment.objects.count() == 4
    monkeypatch.setattr(people_work, "_done", real)

    worked(found)

    assert found.status == PeopleFile.Status.APPLIED
    assert len(set(asked())) == len(asked()) == 12


def test_worker_killed_while_it_checks_the_list_looks_at_each_row_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = people_files.receive(
        campaign=worlds.campaign(), kind="enrol", content=csv_of(numbers(5)), actor=manager()
    )
    monkeypatch.setattr(people_work, "_LOOKED_AT", 2)

    with monkeypatch.context() as patch:
        patch.setattr(people_work, "_unpack", _after(people_work._unpack))
        long_work.kill(people_work.WORKERS)
    assert (found.rows.count(), found.rows.filter(status="unseen").count()) == (5, 5)
    with monkeypatch.context() as patch:
        patch.setattr(people_work, "_look_at", long_work.at_its_second_call(people_work._look_at))
        long_work.kill(people_work.WORKERS)
    assert found.rows.filter(status="unseen").count() == 3
    long_work.kill_at_its_end(people_work.WORKERS)
    worked(found)

    assert found.status == PeopleFile.Status.READY
    assert set(outcomes(found).values()) == {("planned", "")}
    assert (found.total, found.rows.count(), found.job.attempt) == (5, 5, 4)


def _after(real: Any) -> Any:
    """`real`, which kills whoever calls it once it is done."""

    def dies(*given: object) -> None:
        real(*given)
        raise KeyboardInterrupt

    return dies


def test_stopped_list_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_OFTEN", 0.0)
    found = sent(csv_of(numbers(6)))
    job = people_files.apply(people_file=found, actor=manager())
    real = people_work._do

    def stops(row: PeopleRow, *rest: object) -> None:
        real(row, *rest)
        if row.row == 4:
            jobs.stop(job=job, actor=None)

    monkeypatch.setattr(people_work, "_do", stops)
    worked(found)
    assert (found.status, len(asked())) == (PeopleFile.Status.APPLYING, 3)

    applied(found)

    assert (found.status, len(asked())) == (PeopleFile.Status.APPLIED, 6)
    assert Job.objects.filter(kind=people_files.APPLY).count() == 2


def test_row_that_breaks_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sent(csv_of([[NUMBER], [OTHER]]))
    real = inviting.invite

    def breaks(**given: object) -> Enrolment:
        if given["number"] == NUMBER:
            raise RuntimeError(NUMBER)
        return real(**given)

    monkeypatch.setattr(inviting, "invite", breaks)
    applied(found)

    assert outcomes(found) == {2: ("passed", "fault"), 3: ("done", "")}


def test_trouble_of_the_database_leaves_its_row_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sent(csv_of([[NUMBER]]))
    real = inviting.invite

    def breaks(**given: object) -> Enrolment:
        raise OperationalError

    monkeypatch.setattr(inviting, "invite", breaks)
    applied(found)
    assert outcomes(found) == {2: ("planned", "")}
    monkeypatch.setattr(inviting, "invite", real)

    applied(found)

    assert outcomes(found) == {2: ("done", "")}


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_ask_a_number_once() -> None:
    worlds.version()
    names = numbers(8)
    one, other = sent(csv_of(names)), sent(csv_of(names[::-1]))
    for found in (one, other):
        people_files.apply(people_file=found, actor=manager())
    together, broke = threading.Barrier(2), list[Exception]()

    def work() -> None:
        try:
            together.wait()
            while jobs.run_next(workers=people_work.WORKERS):
                pass
        except Exception as error:
            broke.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert broke == []
    assert len(set(asked())) == len(asked()) == 8
    ends = [row.status for row in PeopleRow.objects.all()]
    assert (ends.count("done"), ends.count("passed")) == (8, 8)


def test_two_clicks_are_one_job() -> None:
    found = sent(csv_of([[NUMBER]]))

    first = people_files.apply(people_file=found, actor=manager())
    again = people_files.apply(people_file=found, actor=manager())

    assert first == again


def test_list_nobody_came_back_to_is_thrown_away_with_everyone_in_it() -> None:
    found = sent(csv_of([[NUMBER, "Amina"]]))
    PeopleFile.objects.update(expires_at=MachineNow() - timedelta(seconds=1))

    assert people_files.forget_expired() == 1

    found.refresh_from_db()
    assert (found.status, found.content) == (PeopleFile.Status.DISCARDED, None)
    assert outcomes(found) == {2: ("passed", "thrown_away")}
    assert not PeopleRow.objects.exclude(person=None).exists()


def test_list_being_worked_on_does_not_expire() -> None:
    found = people_files.receive(
        campaign=worlds.campaign(), kind="enrol", content=csv_of([[NUMBER]]), actor=manager()
    )
    PeopleFile.objects.update(expires_at=MachineNow() - timedelta(seconds=1))

    assert people_files.forget_expired() == 0
    assert worked(found).status == PeopleFile.Status.READY


def test_list_thrown_away_while_it_is_read_ends_its_job() -> None:
    found = people_files.receive(
        campaign=worlds.campaign(), kind="enrol", content=csv_of([[NUMBER]]), actor=manager()
    )

    assert people_files.discard(people_file=found, actor=manager())
    assert not people_files.discard(people_file=found, actor=manager())
    assert worked(found).status == PeopleFile.Status.DISCARDED
    assert Job.objects.get().status == "stopped"


def test_whoever_is_erased_goes_from_waiting_lists_too() -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.campaign().versions.get())
    found = sent(csv_of([[NUMBER], [OTHER]]), campaign=_second_campaign())

    erasing.erase(participant=enrolment.participant, source="sms", cause_key="1:0", now=worlds.NOON)

    assert outcomes(found) == {2: ("passed", "erased"), 3: ("planned", "")}


def _second_campaign() -> Campaign:
    return worlds.version(worlds.campaign(key="other")).campaign


def test_audit_and_problems_hold_no_number() -> None:
    applied(sent(csv_of([[NUMBER, "Amina", "paper", "2026-11-02", "Form 12"]])))
    sent(csv_of([["+44 77 wrong", "=1"]]))

    said = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    said += str(list(PeopleFile.objects.values_list("problems", "refused")))
    assert "7700" not in said
    assert "Amina" not in said
    assert "Form 12" not in said


def test_too_many_waiting_lists_and_a_campaign_without_a_version_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people_files, "MOST_KEPT", 1)
    sent(csv_of([[NUMBER]]))

    with pytest.raises(PeopleFileRefused, match="wait to be decided"):
        sent(csv_of([[NUMBER]]))
    with pytest.raises(PeopleFileRefused, match="no published version"):
        sent(csv_of([[NUMBER]]), campaign=worlds.campaign(key="empty"))


def test_every_move_is_a_legal_one() -> None:
    for model, kept in ((PeopleFile, PeopleFile.KEPT), (PeopleRow, PeopleRow.OPEN)):
        assert set(model.MOVES) == set(model.Status.values)
        for status in kept:
            assert model.MOVES[status]
