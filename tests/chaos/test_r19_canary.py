"""R19: a number, a name and words that are nobody else's go through the whole product. Afterwards
they are in no log, not in the broker's memory or its file, in no file of the database, in no
header, no error page and no bundle. Sealed they are everywhere; open nowhere.
"""

import base64
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from celery import Celery
from redis import Redis

from tests.chaos import books, canary, engine, figures
from tests.chaos.canary import NAME, NUMBER, WORDS
from tests.chaos.field import ALIAS, Field

pytestmark = pytest.mark.chaos

#: To the curriculum's first questions; the last fits none.
_TOLD = ("1", "yes", "36", NAME, WORDS)
#: A worker that starts on a full machine.
_PATIENCE = 180.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def house(field: Field) -> Iterator[Field]:
    field.texts_a_second(100)
    # Without a worker, what is queued lies in the broker to be looked at.
    field.engine.only({"beat": engine.BEAT})
    yield field
    field.engine.only({})


@pytest.mark.parametrize(
    "written",
    [
        f"text from {NUMBER}", "from=447700900457", "+44 7700 900457", "call 07700 900457",
        f"?q=%2B{NUMBER[1:]}", f"hello {NAME.upper()}", WORDS.replace(" ", "+"),
        base64.b64encode(f"say {NAME}!".encode()).decode(),
        "x'" + WORDS.encode().hex() + "'",
    ],
)  # fmt: skip
def test_canary_is_seen_in_every_shape(written: str) -> None:
    assert canary.sightings([("a log", b"before " + written.encode() + b" after")])


def test_person_is_nowhere_to_be_read(house: Field, tmp_path: Path) -> None:
    # From somebody in no campaign yet: a case for the counsellors.
    _text(house, f"{WORDS}. {NAME}")
    _text(house, "JOIN")
    house.engine.wait_until(lambda: any(_keys(house)), "hints in the broker")
    seen = canary.sightings(_broker(house))
    queued = len(list(_keys(house)))
    house.engine.only({"worker": engine.worker("worker"), "beat": engine.BEAT})
    for told in _TOLD:
        _answered(house)
        _text(house, told)
    _answered(house)
    _fail_a_task(house)
    status, refusal = _forge(house)
    staff = house.run("-m", "tests.chaos.canary_staff", str(tmp_path / "bundle"))
    house.engine.wait_until(lambda: books.waiting(house, 0) == 0, "the counsellor's answer")

    log = house.engine.log.read_bytes()
    places = [
        ("log of web, workers and beat", log),
        ("a refused webhook", refusal),
        ("output of commands", (staff.stdout + staff.stderr).encode()),
        *_broker(house),
        *_database(house),
        *canary.files(tmp_path, house.place.var),
    ]
    seen += canary.sightings(places)
    figures.tell("R19", places=len(places), queued_meanwhile=queued, seen=sorted(set(seen)))
    # Else nothing was there to be seen.
    assert queued > 0
    assert b"error=builtins.ValueError" in log
    assert "error=builtins.RuntimeError" in staff.stderr
    assert status in (400, 401, 403)
    assert _taken_on(house) > 0
    assert any(name.endswith(".csv") for name, _ in places)
    assert sorted(set(seen)) == []


def _text(field: Field, words: str) -> None:
    url = f"http://127.0.0.1:{field.web_port}/hooks/{ALIAS}/inbound/"
    address = field.one("SELECT address FROM messaging_sender WHERE provider = %s", ALIAS)
    assert field.provider.inbound(NUMBER, address, words, url=url)["status"] == 200


def _answered(field: Field) -> None:
    pending = """SELECT count(*) FROM messaging_inboundmessage WHERE "end" = 'pending'"""
    field.engine.wait_until(
        lambda: int(field.one(pending)) == 0 and books.waiting(field, 0) == 0,
        "the answers",
        seconds=_PATIENCE,
    )


def _fail_a_task(field: Field) -> None:
    """With her words in the exception and in the frames below it."""
    newest = int(field.one("SELECT max(id) FROM messaging_inboundmessage"))
    with Celery(broker=field.place.redis_url.replace("unix://", "redis+socket://")) as app:
        app.conf.broker_transport_options = {"virtual_host": "0"}
        app.send_task("tests.chaos.app.fail", [newest], queue="bulk")
    field.engine.wait_until(
        lambda: b"builtins.ValueError" in field.engine.log.read_bytes(), "the failing task"
    )


def _forge(field: Field) -> tuple[int, bytes]:
    """A webhook nobody signed; how it was refused, and in which words."""
    said = {"From": NUMBER, "Body": f"{NAME}: {WORDS}", "MessageSid": "SM" + "0" * 32}
    url = f"http://127.0.0.1:{field.web_port}/hooks/{ALIAS}/inbound/?{urlencode(said)}"
    try:
        with _OPENER.open(url, data=urlencode(said).encode(), timeout=30) as answer:
            return int(answer.status), b""
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read() + str(refused.headers).encode()


def _keys(field: Field) -> Iterator[tuple[str, bytes]]:
    client = Redis.from_url(field.place.redis_url)
    readers = {
        b"string": lambda key: [client.get(key)],
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"hash": lambda key: [part for pair in client.hgetall(key).items() for part in pair],
    }
    for key in client.scan_iter():
        # A worker may have taken it meanwhile.
        parts = readers.get(client.type(key), lambda key: [client.dump(key)])(key)
        yield key.decode(), b"\n".join(part for part in [key, *parts] if part)
    client.close()


def _broker(field: Field) -> Iterator[tuple[str, bytes]]:
    """Its memory, key by key, and the file it would be kept in, unpacked."""
    yield from ((f"broker, {key}", content) for key, content in _keys(field))
    client = Redis.from_url(field.place.redis_url)
    client.config_set("rdbcompression", "no")
    client.save()
    file = field.place.valkey_data / str(client.config_get("dbfilename")["dbfilename"])
    client.close()
    yield "the broker's file", file.read_bytes()
    file.unlink()


def _database(field: Field) -> Iterator[tuple[str, bytes]]:
    """Tables, indexes and the journal, as they lie on the disk."""
    field.rows("CHECKPOINT")
    time.sleep(0.1)
    tables = {
        str(node): name
        for node, name in field.rows("SELECT pg_relation_filenode(oid), relname FROM pg_class")
    }
    for name, content in canary.files(field.place.postgres_data):
        node = Path(name).name.partition(".")[0].partition("_")[0]
        yield f"{name} ({tables.get(node, 'no table')})", content


def _taken_on(field: Field) -> int:
    """Texts to her that the provider has."""
    return int(
        field.one(
            "SELECT count(*) FROM messaging_message WHERE provider_message_id <> ''"
            " AND recipient_id = (SELECT recipient_id FROM messaging_inboundmessage"
            " ORDER BY id DESC LIMIT 1)"
        )
    )
