"""The list of people as a file: whose, what is in it, who sees numbers, and how it goes again."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns import jobs
from campaigns.models import Job
from enrolment import erasing, people_export_work, people_exports
from enrolment.models import Enrolment, PeopleExport, PeopleExportPart
from enrolment.people_export_work import WORKERS
from enrolment.people_exports import PartGone, PeopleExportRefused
from tests import long_work, worlds
from tests.enrolment.everywhere import found_anywhere
from tests.enrolment.people_lists import manager
from tests.enrolment.test_matrix import (
    PEOPLE_EXPORT,
    ROLE_SHAPES,
    client_of,
    hospital,
    of_the_hospital,
    user_with,
)
from trust.models import AuditEvent
from trust.models.machine_time import MachineNow
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

__all__ = ["hospital"]

LATER = worlds.NOON + timedelta(minutes=1)


def crowd(count: int) -> list[Enrolment]:
    version = worlds.version()
    return [
        worlds.person(number=f"+4477009{place:05}", of=version) for place in range(1, count + 1)
    ]


def asked(state: str = "in", *, with_numbers: bool = False) -> PeopleExport:
    return people_exports.ask(
        campaign=worlds.campaign(), state=state, with_numbers=with_numbers, actor=manager()
    )


def made(state: str = "in", *, with_numbers: bool = False) -> PeopleExport:
    export = asked(state, with_numbers=with_numbers)
    return worked(export)


def worked(export: PeopleExport) -> PeopleExport:
    while jobs.run_next(workers=WORKERS):
        pass
    return PeopleExport.objects.select_related("campaign", "job").get(pk=export.pk)


def rows(export: PeopleExport) -> list[dict[str, str]]:
    text = "".join(people_exports.text_of(export)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def handles(people: list[Enrolment]) -> list[str]:
    return [f"P-{row.participant_id}" for row in people]


def test_file_holds_the_list_newest_first_without_names_and_numbers() -> None:
    people = crowd(3)

    export = made()

    found = rows(export)
    assert [row["person"] for row in found] == handles(people[::-1])
    assert found[0] == {
        "person": f"P-{people[2].participant_id}",
        "state": "active",
        "test": "no",
        "joined": people[2].enrolled_at.date().isoformat(),
        "quit_day": "2026-12-10",
        "next_look": people[2].next_due_at.isoformat(sep=" ", timespec="minutes"),
        "last_heard_of": people[2].heard_at.isoformat(sep=" ", timespec="minutes"),
    }
    assert export.is_kept
    assert export.job.percent == 100


def test_file_is_narrowed_as_the_list_was() -> None:
    first, second, third = crowd(3)
    Enrolment.objects.filter(pk=second.pk).update(
        status="withdrawn", ended_at=worlds.NOON, next_due_at=None
    )
    worlds.person(number="+447700900900", of=worlds.version(worlds.campaign(key="other")))

    assert [row["person"] for row in rows(made("withdrawn"))] == handles([second])
    assert [row["person"] for row in rows(made("all"))] == handles([third, second, first])
    assert rows(made("paused")) == []


def test_numbers_are_put_in_as_it_is_fetched_and_lie_in_no_part() -> None:
    crowd(2)

    export = made(with_numbers=True)

    # As words: a spreadsheet would take the plus for a formula.
    assert [row["number"] for row in rows(export)] == ["'+447700900002", "'+447700900001"]
    assert "7009" not in str(list(PeopleExportPart.objects.values_list("rows", flat=True)))
    assert found_anywhere("+447700900001") == ["messaging_recipient.number"]


def test_whoever_is_erased_before_it_is_fetched_is_not_in_it() -> None:
    stays, goes = crowd(2)
    with_numbers, without = made(with_numbers=True), made()

    erasing.erase(participant=goes.participant, source="sms", cause_key="1:0", now=LATER)

    assert [row["number"] for row in rows(with_numbers)] == ["'+447700900001"]
    assert [row["person"] for row in rows(without)] == handles([stays])
    assert [row["person"] for row in rows(made("erased"))] == handles([goes])
    assert rows(made("erased", with_numbers=True))[0]["number"] == ""


def test_worker_killed_between_and_in_parts_leaves_nobody_twice_and_none_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = crowd(5)
    monkeypatch.setattr(people_export_work, "_PART", 2)
    export = asked()

    with monkeypatch.context() as patch:
        dies = long_work.at_its_second_call(people_export_work._rows)
        patch.setattr(people_export_work, "_rows", dies)
        long_work.kill(WORKERS)
    assert PeopleExportPart.objects.count() == 1
    long_work.kill_at_its_end(WORKERS)
    assert PeopleExportPart.objects.count() == 2
    export = worked(export)

    assert [row["person"] for row in rows(export)] == handles(people[::-1])
    assert (export.people, export.parts, export.job.status) == (5, 3, "done")


def test_portion_that_took_its_time_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd(3)
    monkeypatch.setattr(people_export_work, "_PART", 1)
    # Each portion writes one part: its time is over as it ends.
    ticks = iter(range(0, 10_000, 7))
    monkeypatch.setattr("enrolment.people_export_work.time.monotonic", lambda: next(ticks))
    export = asked()

    assert jobs.run_next(workers=WORKERS)
    assert Job.objects.get().status == "waiting"

    assert [row["person"] for row in rows(worked(export))] == handles(people[::-1])


def test_stopped_export_keeps_nothing() -> None:
    crowd(1)
    export = asked()

    assert people_exports.discard(export=export, actor=manager())

    export = worked(export)
    assert (export.job.status, export.is_kept) == ("stopped", False)
    assert not PeopleExportPart.objects.exists()
    assert not people_exports.discard(export=export, actor=manager())


def test_file_goes_after_a_day_and_what_is_being_made_does_not() -> None:
    crowd(1)
    export, waiting = made(), asked("all")
    PeopleExport.objects.update(expires_at=MachineNow() - timedelta(seconds=1))

    assert people_exports.forget_expired() == 1

    export.refresh_from_db()
    waiting.refresh_from_db()
    assert not export.is_kept
    assert waiting.purged_at is None
    with pytest.raises(PartGone):
        list(people_exports.text_of(export))


def test_two_clicks_are_one_file_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(1)
    monkeypatch.setattr(people_exports, "MOST_KEPT", 2)

    assert asked() == asked()
    asked("all")
    with pytest.raises(PeopleExportRefused, match="2 lists of yours are kept"):
        asked("paused")


def ask_url() -> str:
    return reverse("enrolment:people_exports", args=[worlds.campaign().pk])


def file_url(export: PeopleExport) -> str:
    return reverse("enrolment:people_export_file", args=[export.pk])


def fetched(client: Client, export: PeopleExport) -> str:
    answer = client.post(file_url(export))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_manager_goes_from_the_list_to_the_file() -> None:
    crowd(2)
    client = client_of(manager())
    listed = client.get(reverse("admin:enrolment_enrolment_changelist"), {"state": "active"})
    assert f'href="{ask_url()}?state=active"' in listed.content.decode()
    assert 'value="active" selected' in client.get(ask_url(), {"state": "active"}).content.decode()

    answer = client.post(ask_url(), {"state": "active", "with_numbers": "on"})
    export = PeopleExport.objects.get()
    assert "It waits for its turn" in client.get(answer["Location"]).content.decode()
    worked(export)
    page = client.get(answer["Location"]).content.decode()

    assert "2 people" in page
    assert "7009" not in page
    assert AuditEvent.objects.filter(verb="number.reveal").count() == 0
    assert "'+447700900001" in fetched(client, export)
    event = AuditEvent.objects.get(verb="number.reveal")
    assert (event.actor, event.detail) == (manager(), {"people": 2})
    assert client.get(file_url(export)).status_code == 405
    client.post(answer["Location"])
    assert client.post(file_url(export))["Location"] == answer["Location"]


@pytest.mark.parametrize("role", ROLES)
def test_only_who_sees_people_exports_and_only_who_sees_numbers_gets_them(role: str) -> None:
    crowd(1)
    client = client_of(user_with(role, organisation_wide=False))
    held = ROLES[role].permissions

    page = client.get(ask_url())
    answer = client.post(ask_url(), {"state": "in", "with_numbers": "on"})

    if "person.view" not in held:
        assert (page.status_code, answer.status_code) == (404, 404)
        return
    export = worked(PeopleExport.objects.get())
    assert export.with_numbers is ("number.reveal" in held)
    assert ("With telephone numbers" in page.content.decode()) is export.with_numbers
    assert ("7009" in fetched(client, export)) is export.with_numbers


def test_nobody_else_fetches_it_and_a_right_that_is_gone_closes_it() -> None:
    crowd(1)
    export = made(with_numbers=True)
    colleague = client_of(user_with("programme_manager", organisation_wide=True))
    assert colleague.post(file_url(export)).status_code == 404

    author = manager()
    author.organisation_role = "trial_keeper"
    author.save()

    assert client_of(author).post(file_url(export)).status_code == 403
    page = client_of(author).get(reverse("enrolment:people_export", args=[export.pk]))
    assert "You may not see numbers any more" in page.content.decode()
    assert not AuditEvent.objects.filter(verb="number.reveal").exists()


def test_wrong_choice_is_said_on_the_page() -> None:
    crowd(1)

    answer = client_of(manager()).post(ask_url(), {"state": "everybody", "with_numbers": "on"})

    assert answer.status_code == 400
    assert 'id="id_with_numbers" checked' in answer.content.decode()
    assert not PeopleExport.objects.exists()


def test_pages_and_file_take_few_queries(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(4)
    monkeypatch.setattr(people_export_work, "_PART", 2)
    client, export = client_of(manager()), made(with_numbers=True)

    with django_assert_max_num_queries(12):
        client.get(ask_url())
    with django_assert_max_num_queries(12):
        client.get(reverse("enrolment:people_export", args=[export.pk]))
    # Two a part, and the keys of the organisation once.
    with django_assert_max_num_queries(5):
        assert len(rows(export)) == 4


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_exports_another_organisations_people(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    boss = of_the_hospital()
    export = people_exports.ask(
        campaign=hospital.campaign, state="in", with_numbers=False, actor=boss
    )

    url = reverse("enrolment:people_exports", args=[hospital.campaign_id])
    assert client.post(url, {"state": "in"}).status_code == 404
    for name in sorted(PEOPLE_EXPORT):
        url = reverse(name, args=[export.pk])
        assert client.get(url).status_code in {404, 405}, name
        assert client.post(url).status_code == 404, name
    assert list(PeopleExport.objects.values_list("purged_at", flat=True)) == [None]
