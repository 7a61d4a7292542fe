import random

import pytest

from messaging.fakes.callbacks import Planned, on_this_machine, planned
from messaging.fakes.faults import ReportFaults

STATUSES = ["sent", "delivered"]


def plan(**faults: float) -> list[Planned]:
    return planned(STATUSES, ReportFaults(delay_ms=(10, 10), **faults), random.Random(1))


def in_order(reports: list[Planned]) -> list[str]:
    return [each.status for each in sorted(reports, key=lambda report: report.after)]


def test_reports_go_out_one_after_the_other() -> None:
    assert plan() == [Planned(0.01, "sent"), Planned(0.02, "delivered")]


def test_reports_misbehave_as_asked() -> None:
    assert in_order(plan(reorder=1)) == ["delivered", "sent"]
    assert sorted(in_order(plan(duplicate=1))) == ["delivered", "delivered", "sent", "sent"]
    assert len(plan(missing=1)) == 1
    assert plan(late=1, late_seconds=3)[-1] == Planned(3.02, "delivered")
    assert plan(off=True) == []


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.0.2.1", False),
        ("sms.example.org", False),
        ("", False),
    ],
)
def test_only_this_machine_is_called(host: str, here: bool) -> None:
    assert on_this_machine(host) is here
