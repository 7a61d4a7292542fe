"""Three who saw it: the provider's ledger, our attempts, and the audit of the books."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.chaos.field import Field

_TOLD = ("accepted", "sent", "failed", "undelivered", "delivered")
#: Not the answers to what was texted in meanwhile.
_OURS = "id > %s AND cause_kind <> 'inbound'"


@dataclass(frozen=True)
class Account:
    """`lost`: never taken on, and nobody owns up to it. `doubled`: taken on more than once.
    `refused`: the provider said that it never will. `unresolved`: open, with a deadline after which
    it counts as failed. `unfounded`: the books say that the provider has it, and the provider does
    not."""

    texts: int
    taken_on: int
    lost: int
    doubled: int
    refused: int
    unfounded: int
    unresolved: int

    def figures(self) -> dict[str, Any]:
        return asdict(self)


def weigh(field: Field, after: int, among: Sequence[int] | None = None) -> Account:
    """Of the messages with a higher id than `after`, or only of some among them."""
    statuses: dict[int, str] = dict(
        field.rows(f"SELECT id, status FROM messaging_message WHERE {_OURS}", after)
    )
    sent = taken_on(field, after)
    if among is not None:
        statuses = {key: statuses[key] for key in among}
        sent = Counter({key: sent[key] for key in among if sent[key]})
    refused = _refused(field, after) & set(statuses)
    unresolved = {key for key, status in statuses.items() if status == "unknown"}
    believed = {key for key, status in statuses.items() if status in _TOLD} - refused
    return Account(
        texts=len(statuses),
        taken_on=len(sent),
        lost=len(set(statuses) - set(sent) - unresolved - refused),
        doubled=sum(times > 1 for times in sent.values()),
        refused=len(refused),
        unfounded=len(believed - set(sent)),
        unresolved=len(unresolved),
    )


def taken_on(field: Field, after: int) -> Counter[int]:
    """How often the provider took on each message, by the token in the callback's address."""
    message_of: dict[str, int] = dict(
        field.rows(
            "SELECT a.token, a.message_id FROM messaging_attempt a JOIN messaging_message m"
            " ON m.id = a.message_id WHERE m.id > %s AND m.cause_kind <> 'inbound'",
            after,
        )
    )
    return Counter(message_of[token] for token in _tokens(field) if token in message_of)


def _refused(field: Field, after: int) -> set[int]:
    sql = (
        "SELECT a.message_id FROM messaging_attempt a JOIN messaging_message m"
        " ON m.id = a.message_id AND m.status = 'failed'"
        " WHERE a.message_id > %s AND a.outcome = 'rejected_permanent'"
    )
    return {message_id for (message_id,) in field.rows(sql, after)}


def strangers(field: Field) -> int:
    """Texts the provider has taken on without a committed attempt: there must be none."""
    known = {token for (token,) in field.rows("SELECT token FROM messaging_attempt")}
    return sum(token not in known for token in _tokens(field))


def _tokens(field: Field) -> list[str]:
    return [entry["token"].rpartition(".")[0] for entry in field.provider.entries()]


def told(field: Field, after: int) -> int:
    """Texts the books know to be with the provider."""
    return _count(field, after, _TOLD)


def unknown(field: Field, after: int) -> int:
    return _count(field, after, ("unknown",))


def none_doubled(field: Field, after: int) -> bool:
    """True; raises at once where a text was taken on twice, so that a proof says so."""
    assert max(taken_on(field, after).values(), default=0) <= 1, "a text was taken on twice"
    return True


def in_agreement(field: Field, after: int) -> bool:
    """Whether the books know of every text the provider has (I7)."""
    return told(field, after) >= len(taken_on(field, after))


def _count(field: Field, after: int, statuses: Sequence[str]) -> int:
    sql = f"SELECT count(*) FROM messaging_message WHERE {_OURS} AND status = ANY(%s)"
    return int(field.one(sql, after, list(statuses)))
