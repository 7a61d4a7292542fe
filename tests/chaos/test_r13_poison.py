"""R13: one text in a hundred is poison. It ends with its reason; the others never notice."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from messaging.providers.base import Capabilities, Outgoing
from messaging.providers.fake import Fake, Fault
from tests.chaos import books, engine, figures
from tests.chaos.crowd import _BEHIND
from tests.chaos.field import ALIAS, Field

pytestmark = pytest.mark.chaos

TEXTS = figures.sized(small=1_000, ci=10_000, full=10_000)
MOODY = "moody"
_EACH = TEXTS // 500
_WORKERS = ("worker-1", "worker-2")

#: What a text is made of, spoilt behind the back of every check; and how it must end.
POISON = {
    "body_of_another": (
        (
            "UPDATE messaging_messagebody SET text = (SELECT b.text FROM messaging_messagebody b"
            " WHERE b.message_id = (SELECT max(id) FROM messaging_message))"
            " WHERE message_id = ANY(%s)"
        ),
        ("failed", "unreadable"),
    ),
    "no_body": (
        "UPDATE messaging_messagebody SET text = NULL WHERE message_id = ANY(%s)",
        ("blocked", "erased"),
    ),
    "no_number": (
        (
            "UPDATE messaging_recipient SET number = NULL WHERE id IN"
            " (SELECT recipient_id FROM messaging_message WHERE id = ANY(%s))"
        ),
        ("blocked", "erased"),
    ),
    "no_such_zone": (
        (
            "UPDATE messaging_message SET zone = 'Nowhere/Atall', hours_start = '00:00',"
            " hours_end = '23:59:59' WHERE id = ANY(%s)"
        ),
        ("blocked", "bad_zone"),
    ),
    # Its call breaks in the provider's own code; whether it went out is open.
    "call_breaks": ("", ("unknown", "")),
}


class Moody(Fake):
    """Breaks over the texts to some numbers, and remembers nothing that could be asked for."""

    capabilities = Capabilities(is_fake=True, tried_live=True)

    def __init__(self, *, breaks_over: Sequence[str], path: str) -> None:
        super().__init__(latency=0.02, path=path)
        self.breaks_over = frozenset(breaks_over)

    def next_fault(self, outgoing: Outgoing) -> Fault:
        return Fault.RAISE if outgoing.number in self.breaks_over else Fault.NONE


@pytest.fixture
def poisoned(field: Field, tmp_path: Path) -> Iterator[dict[str, list[int]]]:
    """Texts by their poison, spread over the whole; workers that send by Moody."""
    field.texts_a_second(1_000)
    after = field.crowd("texts", str(TEXTS))
    sleeping = [
        each
        for (each,) in field.rows(
            "SELECT id FROM messaging_message WHERE id > %s ORDER BY id", after
        )
    ]
    found = {
        name: sleeping[place * 7 :: TEXTS // _EACH][:_EACH] for place, name in enumerate(POISON)
    }
    for name, (sql, _) in POISON.items():
        if sql:
            field.rows(sql, found[name])
    file = _providers(field, tmp_path, found["call_breaks"])
    field.rows("UPDATE messaging_sender SET provider = %s", MOODY)
    for name in _WORKERS:
        field.engine.start(name, engine.worker(name), SMS_PROVIDERS_FILE=str(file))
    field.engine.start("beat", engine.BEAT)
    field.engine.restarts = 0
    field.wake(after, TEXTS)
    yield found
    for name in (*_WORKERS, "beat"):
        field.engine.kill(name)
    field.rows("UPDATE messaging_sender SET provider = %s", ALIAS)
    # Words that open by no key would hold up every change of keys.
    field.rows("UPDATE messaging_messagebody SET text = NULL WHERE message_id = ANY(%s)",
               found["body_of_another"])  # fmt: skip
    # What is open for two days would be open in the other proofs' books.
    field.rows("UPDATE messaging_attempt SET started_at = started_at - interval '3 days'"
               " WHERE outcome = 'unknown' AND provider = %s", MOODY)  # fmt: skip


def test_poison_harms_no_other_text(
    field: Field, poisoned: dict[str, list[int]], tmp_path: Path
) -> None:
    after = min(min(each) for each in poisoned.values()) - 1
    field.engine.wait_until(lambda: books.waiting(field, after) == 0, "every text's end")

    ends = books.ends(field, after)
    sent = _taken_on(field, tmp_path)
    bad = {message_id for each in poisoned.values() for message_id in each}
    good = [message_id for message_id in sent if message_id not in bad]
    figures.tell(
        "R13", texts=TEXTS, poison=len(bad), unharmed=len(good), restarts=field.engine.restarts,
        ends={" ".join(filter(None, end)): count for end, count in sorted(ends.items())},
    )  # fmt: skip
    expected = Counter({("delivered", ""): TEXTS - len(bad)})
    for name, (_, end) in POISON.items():
        assert _ends_of(field, poisoned[name]) == {end}, name
        expected[end] += _EACH
    assert ends == expected
    assert len(good) == TEXTS - len(bad)
    assert set(sent.values()) == {1}
    assert field.engine.restarts == 0
    assert _calls_of(field, poisoned["call_breaks"]) == [("unknown", "BrokenOnPurpose")] * _EACH
    field.audit()


def _providers(field: Field, folder: Path, breaks: list[int]) -> Path:
    """Those of the field, and Moody."""
    recipients = field.rows("SELECT recipient_id FROM messaging_message WHERE id = ANY(%s)", breaks)
    numbers = [f"+999{_BEHIND + each:011}" for (each,) in recipients]
    options: dict[str, Any] = {
        "provider": "tests.chaos.test_r13_poison.Moody",
        "breaks_over": numbers,
        "path": str(folder / "moody.jsonl"),
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
    known = Path(field.engine.environment["SMS_PROVIDERS_FILE"]).read_text()
    file = folder / "providers.toml"
    file.write_text("\n".join([known, f"[{MOODY}]", *lines, ""]))
    return file


def _taken_on(field: Field, folder: Path) -> Counter[int]:
    lines = (folder / "moody.jsonl").read_text().splitlines()
    message_of: dict[str, int] = dict(field.rows("SELECT token, message_id FROM messaging_attempt"))
    return Counter(message_of[json.loads(line)["token"]] for line in lines)


def _ends_of(field: Field, ids: list[int]) -> set[tuple[str, str]]:
    sql = "SELECT DISTINCT status, status_reason FROM messaging_message WHERE id = ANY(%s)"
    return {(status, reason) for status, reason in field.rows(sql, ids)}


def _calls_of(field: Field, ids: list[int]) -> list[tuple[str, str]]:
    sql = (
        "SELECT outcome, error_code FROM messaging_attempt WHERE message_id = ANY(%s)"
        # Too late to leave, on a busy machine, and begun again.
        " AND outcome <> 'not_made'"
    )
    return [(outcome, code) for outcome, code in field.rows(sql, ids)]
