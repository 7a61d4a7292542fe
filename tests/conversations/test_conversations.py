"""Whole conversations with the shipped mCessation, as they stand on the telephone.

Each `.txt` beside this file is one: `= 2027-03-01 12:00` sets the clock, `> ` is what the person
texts, `< ` what is answered, in order; `2> ` and `2< ` are of a second telephone. A code that was
texted stands as CODE. `! ` does something else: `invite` signs the number up by
somebody else, `silence` lets the clock's watch run, `tick` plans. After a change of wording
`WRITE_CONVERSATIONS=1 python -m pytest tests/conversations` writes the answers anew: read the
difference before it is committed.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from campaigns import loading
from campaigns.models import Campaign, CampaignVersion
from campaigns.pack import read_pack
from enrolment import inviting, leaving, planner, reconsenting, replies
from enrolment.models import Enrolment
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent
NUMBER, SECOND = "+447700900001", "+447700900002"
#: Drawn at random.
CODE = re.compile(r"(?<=Now text )\d{6}")
VARIABLES = {"quitline": "0800 000 0000", "emergency_number": "999", "programme": "Sendwell"}


def curriculum() -> CampaignVersion:
    campaign = worlds.campaign()
    Campaign.objects.filter(pk=campaign.pk).update(variables=VARIABLES)
    campaign.refresh_from_db()
    pack = read_pack(Path(settings.CURRICULA_DIR) / "mcessation")
    version = loading.load(campaign=campaign, pack=pack, author=None)
    worlds.publish(version)
    return version


def lived(script: str) -> Iterator[str]:
    """The script's own lines, with the answers that really come."""
    version, now, answered, code = curriculum(), worlds.NOON, 0, ""
    for line in script.splitlines():
        sign, _, words = line.partition(" ")
        if sign in ("<", "2<"):
            continue
        yield line
        if sign == "=":
            now = datetime.fromisoformat(words).replace(tzinfo=UTC)
        elif sign in (">", "2>"):
            number = NUMBER if sign == ">" else SECOND
            worlds.text(number, words.replace("CODE", code), at=now)
            replies.answer_pending(now=now)
            # Drawn at random at joining; it decides which tip comes.
            Enrolment.objects.update(seed=7)
        elif sign == "!":
            _do(words, version, now)
        for message in Message.objects.filter(pk__gt=answered).order_by("pk"):
            answered = message.pk
            if message.status != Message.Status.BLOCKED and message.cause_kind != "decision":
                body = message.body.text or ""
                code = found[0] if (found := CODE.search(body)) else code
                sign = "2<" if message.recipient.number == SECOND else "<"
                yield f"{sign} {CODE.sub('CODE', body)}"


def _do(what: str, version: CampaignVersion, now: datetime) -> None:
    match what:
        case "invite":
            inviting.invite(
                version=version, number=NUMBER, language="en", channel="referral", now=now
            )
        case "silence":
            reconsenting.ask_the_silent(now=now)
            leaving.take_silence_as_leaving(now=now)
        case "tick":
            planner.tick(now=now)
        case _:
            raise ValueError(what)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_conversation_goes_as_written(path: Path) -> None:
    script = path.read_text()

    found = "\n".join(lived(script)) + "\n"

    if os.environ.get("WRITE_CONVERSATIONS"):
        path.write_text(found)
    assert found == script
