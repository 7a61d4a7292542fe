"""Some of very many people, drawn by lot: the same each time, and at the price of those drawn."""

from collections.abc import Iterator
from hashlib import blake2b
from random import Random

from django.db.models import QuerySet

from enrolment.models.enrolment import Enrolment

#: Ids tried for each person wanted. Where fewer than one in so many is meant, all are listed.
_TRIES = 20
_AT_ONCE = 4_000


def some_of(people: QuerySet[Enrolment], *, seed: int, count: int) -> list[int]:
    """Ids of `count` of them, or of all where there are fewer; each as likely as any other.

    Ids are drawn and those of the people kept, so nobody else's row is read. The range they are
    drawn from doubles seldom: between, whoever joins changes little of the sample."""
    found = list[int]()
    for some in _tried(seed, count):
        here = set(people.filter(pk__in=some).values_list("pk", flat=True))
        found += [pk for pk in some if pk in here]
        if len(found) >= count:
            return sorted(found[:count])
    everybody = people.values_list("pk", flat=True)
    return sorted(sorted(everybody, key=lambda pk: _lot(seed, pk))[:count])


def _lot(seed: int, pk: int) -> bytes:
    """Each their own, whoever else is there."""
    return blake2b(f"{seed}:{pk}".encode(), digest_size=8).digest()


def _tried(seed: int, count: int) -> Iterator[list[int]]:
    newest = Enrolment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    past = 1 << newest.bit_length()
    ids = Random(seed).sample(range(1, past), min(past - 1, _TRIES * count))
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
