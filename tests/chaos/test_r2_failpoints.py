"""R2: kill -9 at the worst moments of a text's way, each by its name (messaging.failpoints)."""

import itertools
import time
from collections.abc import Iterator, Mapping

import pytest

from messaging.failpoints import POINTS
from tests.chaos import engine, figures, witness
from tests.chaos.engine import Dying
from tests.chaos.field import ADDRESS, ALIAS, Field
from tests.chaos.settings import ATTEMPT_LEASE_SECONDS

pytestmark = pytest.mark.chaos

ROUNDS = figures.sized(small=1, ci=20, full=100)
#: Fewer than are claimed together, so that one batch meets the kill.
_BATCH = 20

#: What the provider has of a batch when the process has been killed there, at least and at most.
#: What was never claimed stays queued, and would be taken by the next: it comes last.
_ON_THE_WAY_OUT: Mapping[str, tuple[int, int]] = {
    "attempt.after_commit": (0, 0),
    "call.before": (0, 0),
    "call.after": (1, _BATCH),
    "settle.before": (1, _BATCH),
    "settle.after_commit": (1, _BATCH),
    "attempt.before_commit": (0, 0),
}
_RECONCILING = ("lost.after_commit", "settle.before_commit")
_FOLDING = ("fold.before_commit", "fold.after_commit")
_IN_THE_WEB = ("report.stored", "inbound.stored")
#: A number can leave once only: each round has its own.
_ENDINGS = itertools.count()


@pytest.fixture
def asleep(field: Field) -> Iterator[int]:
    field.engine.only({})
    field.texts_a_second(1000)
    yield field.crowd("texts", str(ROUNDS * _BATCH * (len(_ON_THE_WAY_OUT) + 2)))
    field.provider.faults()


def test_every_point_is_struck() -> None:
    assert set(POINTS) == {*_ON_THE_WAY_OUT, *_RECONCILING, *_FOLDING, *_IN_THE_WEB}


def test_kill_at_each_point_leaves_a_safe_state(field: Field, asleep: int) -> None:
    with Dying(field.engine) as dying:
        for _ in range(ROUNDS):
            _on_the_way_out(field, asleep, dying)
            _reconciling(field, dying)
            _folding(field, asleep, dying)
            _in_the_web(field, asleep, dying)
        _mended(field, asleep, dying)
    account = witness.weigh(field, asleep)
    figures.tell("R2", points=len(POINTS), rounds=ROUNDS, **account.figures())
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert account.unresolved == 0
    assert witness.in_agreement(field, asleep)
    field.audit()


def _on_the_way_out(field: Field, after: int, dying: Dying) -> None:
    """Without reports what was answered is found by asking the provider, or not at all."""
    field.provider.faults(reports={"off": True})
    for point, (least, most) in _ON_THE_WAY_OUT.items():
        batch = field.wake(after, _BATCH)
        dying.send(point)
        assert least <= witness.weigh(field, after, batch).taken_on <= most, point


def _reconciling(field: Field, dying: Dying) -> None:
    time.sleep(ATTEMPT_LEASE_SECONDS)
    for point in _RECONCILING:
        dying.send(point)
    field.provider.faults()


def _folding(field: Field, after: int, dying: Dying) -> None:
    field.wake(after, _BATCH)
    dying.send("settle.after_commit")
    field.engine.wait_until(
        lambda: field.one("SELECT count(*) FROM messaging_report") > 0, "a report"
    )
    for point in _FOLDING:
        dying.send(point)


def _in_the_web(field: Field, after: int, dying: Dying) -> None:
    """The provider tells again what nobody answered, or we ask."""
    _arm_the_web(field, "report.stored")
    field.wake(after, _BATCH)
    dying.send()
    field.engine.wait_until(lambda: not engine.answers(field.web_port), "the web server's death")
    _arm_the_web(field, "inbound.stored")
    number = f"+4799999{next(_ENDINGS):03}"
    hook = f"{field.engine.environment['PUBLIC_BASE_URL']}/hooks/{ALIAS}/inbound/"
    stop = field.provider.inbound(number, ADDRESS, "STOP", url=hook)
    _arm_the_web(field, "")
    again = field.provider.inbound(number, ADDRESS, "STOP", url=hook, sid=stop["sid"])
    found = field.rows(
        "SELECT opted_out FROM messaging_inboundmessage WHERE provider_message_id = %s", stop["sid"]
    )
    assert (stop["status"], again["status"], found) == (0, 200, [(True,)])


def _arm_the_web(field: Field, point: str) -> None:
    field.engine.kill("web")
    field.engine.start("web", engine.web(field.web_port), FAIL_AT=point)
    field.engine.wait_until(lambda: engine.answers(field.web_port), "the web server's start")


def _mended(field: Field, after: int, dying: Dying) -> None:
    """One that lives, until the books know all that the provider knows."""
    time.sleep(ATTEMPT_LEASE_SECONDS)
    for _ in range(3):
        dying.send()
        if witness.in_agreement(field, after):
            return
        time.sleep(1)
