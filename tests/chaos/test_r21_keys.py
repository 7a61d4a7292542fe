"""R21: the master key is changed while texts leave and STOPs come in: added, everything sealed
anew, taken away. Every process is replaced twice, as in a rolling restart.

The field goes on with the new key alone, so what other proofs do afterwards hangs on it too.
"""

import base64
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.demo_secrets import with_demo_secrets
from tests.chaos import books, crowd, engine, figures, witness
from tests.chaos.field import ALIAS, Field

pytestmark = pytest.mark.chaos

TEXTS = figures.sized(small=450, ci=10_000, full=10_000)
STOPS = figures.sized(small=60, ci=1_000, full=1_000)
RATE = figures.sized(small=60, ci=200, full=200)
PHONES = 12
_PATIENCE = 60.0 + TEXTS / RATE
_BLOBS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND data_type = 'bytea'
"""


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(RATE)
    after = field.crowd("texts", str(TEXTS))
    field.engine.only({"old": engine.worker("old"), "beat": engine.BEAT})
    yield after
    field.engine.only({})


def test_keys_change_while_texts_leave(field: Field, sending: int) -> None:
    old = with_demo_secrets(field.engine.environment, field.place.var)["MASTER_KEYS"]
    version = int(old.partition(":")[0])
    new = f"{version + 1}:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    ids = [key_id for (key_id,) in field.rows("SELECT id FROM trust_datakey")]
    before = _sealed_under(field, ids)
    # A third leaves under the old key, a third under both, a third under the new.
    _wake(field, sending, TEXTS // 3)
    _roll(field, "old", "both", f"{old},{new}")
    woken = _wake(field, sending, TEXTS // 3)
    with ThreadPoolExecutor(1) as other:
        resealing = other.submit(field.run, "manage.py", "reseal")
        moving = _sealed_under(field, ids)
        field.engine.wait_until(lambda: _sealed_under(field, ids) < moving, "a value that moved")
        statuses, meanwhile = _stop(field, sending, woken, resealing.done)
        said = resealing.result().stdout
    _roll(field, "both", "new", new)
    _wake(field, sending, TEXTS - 2 * (TEXTS // 3))
    field.engine.wait_until(
        lambda: books.waiting(field, sending) == 0, "the rest", seconds=_PATIENCE
    )

    account = witness.weigh(field, sending, _not_taken_back(field, sending))
    stopped = _cancelled(field, sending)
    left = _sealed_under(field, ids)
    figures.tell(
        "R21", values=before, left_under_old_key=left, stops=len(statuses),
        stops_while_values_moved=meanwhile, cancelled=stopped,
        started_after_stop=books.started_after_stop(field, sending),
        restarts=field.engine.restarts, **account.figures(),
    )  # fmt: skip
    assert before > TEXTS
    assert left == 0
    assert f"master key {version} is safe to remove" in said
    assert set(statuses) == {200}
    assert meanwhile >= STOPS // 20, "they did not meet"
    assert stopped >= STOPS // 2
    assert books.started_after_stop(field, sending) == 0
    assert account.texts == TEXTS - stopped
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert witness.strangers(field) == 0
    assert _unreadable(field, sending) == 0
    field.audit()


def _roll(field: Field, gone: str, come: str, keys: str) -> None:
    """Web and workers replaced by some with other keys; what is on the wire comes to its end."""
    field.engine.environment["MASTER_KEYS"] = keys
    field.engine.start(come, engine.worker(come))
    field.engine.kill("web")
    field.engine.again("web")
    field.engine.wait_until(lambda: engine.answers(field.web_port), "the new web server")
    field.engine.end(gone)


def _wake(field: Field, after: int, count: int) -> list[int]:
    told = witness.told(field, after)
    woken = field.wake(after, count)
    field.engine.wait_until(lambda: witness.told(field, after) > told, "the first of them")
    return woken


def _stop(
    field: Field, after: int, woken: Sequence[int], is_over: Callable[[], bool]
) -> tuple[list[int], int]:
    """STOPs of people whose texts are just leaving, and of as many whose texts sleep still: what
    was answered, and how many were before it was over."""
    url = f"http://127.0.0.1:{field.web_port}/hooks/{ALIAS}/inbound/"
    address = field.one("SELECT address FROM messaging_sender WHERE provider = %s", ALIAS)
    of = "SELECT recipient_id FROM messaging_message WHERE id"
    leaving = field.rows(f"{of} = ANY(%s) ORDER BY id DESC LIMIT %s", woken, STOPS // 2)
    asleep = field.rows(
        f"{of} > %s AND not_before > clock_timestamp() ORDER BY id LIMIT %s", after, STOPS // 2
    )
    # In turns, so that as many of each are meanwhile.
    people = [person for pair in zip(leaving, asleep, strict=True) for person in pair]

    def phone(person: Sequence[int]) -> tuple[int, bool]:
        number = crowd.number_of(person[0])
        status: int = field.provider.inbound(number, address, "stopp", url=url)["status"]
        return status, not is_over()

    with ThreadPoolExecutor(PHONES) as phones:
        answers = list(phones.map(phone, people))
    return [status for status, _ in answers], sum(meanwhile for _, meanwhile in answers)


def _sealed_under(field: Field, key_ids: Sequence[int]) -> int:
    """Values of the whole database that begin as those of such a key do."""
    heads = [bytes([1]) + key_id.to_bytes(4, "big") for key_id in key_ids]
    return sum(
        int(field.one(
            f'SELECT count(*) FROM "{table}" WHERE substring("{column}" FOR 5) = ANY(%s)', heads
        ))
        for table, column in field.rows(_BLOBS)
    )  # fmt: skip


_BY_STOP = "status = 'cancelled' AND status_reason = 'opted_out'"


def _cancelled(field: Field, after: int) -> int:
    sql = f"SELECT count(*) FROM messaging_message WHERE id > %s AND {_BY_STOP}"
    return int(field.one(sql, after))


def _not_taken_back(field: Field, after: int) -> list[int]:
    """What STOP took back is not lost."""
    found = field.rows(
        "SELECT id FROM messaging_message WHERE id > %s AND cause_kind <> 'inbound'"
        f" AND NOT ({_BY_STOP})",
        after,
    )
    return [message_id for (message_id,) in found]


def _unreadable(field: Field, after: int) -> int:
    sql = "SELECT count(*) FROM messaging_message WHERE id > %s AND status_reason = 'unreadable'"
    return int(field.one(sql, after))
