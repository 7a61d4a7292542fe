"""Every kind of long work has a test that kills its worker in the middle, as a restart does."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.core.management import call_command

from campaigns import review_mail, tasks, uploading
from enrolment import broadcasts, people_exports, people_files, simulating
from enrolment import tasks as enrolment_tasks
from research import exports
from tests.campaigns import test_review_mail, test_uploading
from tests.enrolment import (
    test_broadcasts,
    test_people_exports,
    test_people_files,
    test_simulating,
)
from tests.research import test_exports

KILLED = {
    uploading.READ: test_uploading.test_workbook_of_killed_workers_is_read_and_made_a_draft_once,
    uploading.APPLY: test_uploading.test_workbook_of_killed_workers_is_read_and_made_a_draft_once,
    review_mail.MAIL: test_review_mail.test_email_of_a_killed_worker_goes_by_the_next,
    people_files.READ: (
        test_people_files.test_worker_killed_while_it_checks_the_list_looks_at_each_row_once
    ),
    people_files.APPLY: test_people_files.test_worker_killed_anywhere_leaves_no_row_done_twice,
    people_exports.EXPORT: (
        test_people_exports.test_worker_killed_between_and_in_parts_leaves_nobody_twice_and_none_out
    ),
    broadcasts.COUNT: test_broadcasts.test_worker_killed_while_counting_counts_nobody_twice,
    broadcasts.SEND: test_broadcasts.test_worker_killed_between_two_batches_doubles_nothing,
    simulating.SIMULATE: test_simulating.test_killed_worker_is_followed_by_another,
    exports.EXPORT: (
        test_exports.test_worker_killed_at_its_end_is_followed_by_one_that_makes_it_once
    ),
}


@pytest.mark.django_db
def test_every_kind_that_a_task_works_on_has_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = set[str]()

    def told(*, workers: Iterable[str]) -> bool:
        kinds.update(workers)
        return False

    monkeypatch.setattr("campaigns.jobs.run_next", told)
    works: list[Any] = [tasks.run_jobs, enrolment_tasks.run_jobs]
    for work in works:
        work()
    call_command("make_exports")

    assert kinds == set(KILLED)
