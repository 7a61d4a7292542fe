"""No reason, outcome or status without its sentence."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from enrolment import silences, why
from enrolment.models import Decision, Enrolment
from enrolment.silences import Silence
from enrolment.state import Reason, Verdict
from messaging.models import Message
from tests.test_house import ROOT, module_of, sources, tree

#: Verbs that end a queued text, and those that say why one may not leave.
_CANCELLING = {"cancel", "cancel_recipient", "cancel_recipients", "withhold", "withhold_all"}
#: Written by statements in SQL.
_IN_SQL = re.compile(r"status_reason = '(\w+)'|THEN '(budget)'\s+ELSE '(expired)'")
REASONS = [reason for reason in Reason if reason]


@pytest.mark.parametrize("outcome", [*Decision.Outcome, *Verdict])
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_every_outcome_has_its_sentence(outcome: str, reason: str) -> None:
    told = silences.decided(Silence(outcome, reason, "Tuesday 1 Dec"))

    assert reason in why.DECIDED
    assert re.fullmatch(r"(Not sent|Held back|Withheld) on Tuesday 1 Dec: [^_{}]+\.", told)


@pytest.mark.parametrize("reason", sorted(why.MOVED))
def test_every_reason_a_text_is_moved_for_says_where_to(reason: str) -> None:
    moved = Silence("queued", reason, "Tuesday 1 Dec", "Wednesday 2 Dec 09:10", cap=7)

    told = silences.decided(moved)

    assert silences.is_moved(reason)
    assert told.endswith("; moved to Wednesday 2 Dec 09:10.")
    assert ("of 7" in told) == reason.endswith("_cap")


def test_weekly_cap_reads_as_a_manager_would_say_it() -> None:
    moved = Silence("queued", "week_cap", "Tuesday 1 Dec", "Wednesday 2 Dec 09:10", cap=7)

    assert silences.decided(moved) == (
        "Not sent on Tuesday 1 Dec: the weekly cap of 7 was reached; moved to Wednesday 2 Dec "
        "09:10."
    )


@pytest.mark.parametrize("status", Message.Status)
def test_every_end_of_a_text_has_its_sentence(status: str) -> None:
    told = wire(status, "30007")

    assert (told == "") == (status == Message.Status.DELIVERED)
    assert not re.search(r"[_{}]", told)


@pytest.mark.parametrize("status", Enrolment.Status)
def test_every_state_says_why_nothing_is_planned(status: str) -> None:
    assert silences.standing(status=status).startswith("Nothing ")
    assert "_" not in silences.standing(status=status, why="not_answered")


def test_every_reason_a_queued_text_is_ended_for_has_its_sentence() -> None:
    found = {*cancelled_for(), *ended_in_sql(), *refused_for()}

    assert {"paused", "withdrawn", "opted_out", "bad_number", "budget", "erased"} <= found
    assert sorted(found - set(why.TAKEN_BACK) - set(why.NOT_ARRIVED)) == []


def test_code_of_a_provider_is_told_as_it_stands() -> None:
    assert wire("failed", "21610") == "Not sent on Tuesday: the provider's code is 21610."
    assert "may have arrived" in wire("failed", "unresolved")


def wire(status: str, reason: str) -> str:
    return silences.on_the_wire(
        status=status, reason=reason, day="Tuesday", at="Tuesday 1 Dec 09:10"
    )


def ours() -> list[Path]:
    return sources("messaging", "enrolment")


def cancelled_for() -> Iterator[str]:
    """What callers give as `reason`, in words or by a constant's name."""
    for path in ours():
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and called(node) in _CANCELLING):
                continue
            for given in node.keywords:
                if given.arg == "reason" and isinstance(given.value, ast.Constant):
                    yield given.value.value
                elif given.arg == "reason" and isinstance(given.value, ast.Name):
                    known = getattr(import_module(module_of(path)), given.value.id, None)
                    if isinstance(known, str):
                        yield known


def called(call: ast.Call) -> str:
    name = call.func
    return name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")


def ended_in_sql() -> Iterator[str]:
    for path in ours():
        for found in _IN_SQL.finditer(path.read_text(encoding="utf-8")):
            yield from filter(None, found.groups())


def refused_for() -> Iterator[str]:
    """What `refusal` and `reason` of the two doors to the wire return."""
    for name in ("messaging/refusing.py", "messaging/outbox.py", "messaging/zones.py"):
        text = (ROOT / name).read_text(encoding="utf-8")
        yield from re.findall(r"return \"(\w+)\"", text)
        yield from re.findall(r"status_reason=\"(\w+)\"", text)
