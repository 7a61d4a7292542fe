"""Lists of people: read once, shown to nobody, forgotten in time."""

import io
from datetime import timedelta

import pytest
from openpyxl import Workbook

from enrolment import broadcast_lists, broadcasts, erasing, replies
from enrolment.broadcast_file import MOST_LINES, ListRefused, lines_of
from enrolment.models import Broadcast, BroadcastList, BroadcastListed
from messaging.models import Recipient
from tests import worlds
from tests.announcements import LATER, counted, crowd, drafted, left_out, manager, sent, texts
from tests.enrolment.everywhere import found_anywhere

pytestmark = pytest.mark.django_db

STRANGER = "+447700900998"


def sheet(*cells: object) -> bytes:
    book = Workbook()
    for cell in cells:
        book.active.append([cell, "a note"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"+447700900001\n\n07700 900002\n",
        b"\xef\xbb\xbf+447700900001;Amina\r\n;\r\n07700 900002;Ola\r\n",
        b"+447700900001,Ren\xe9\n,\n07700 900002,\n",
    ],
)
def test_first_column_is_read_with_its_places(content: bytes) -> None:
    assert lines_of(content) == ["+447700900001", "", "07700 900002"]


def test_spreadsheet_may_hold_numbers_as_numbers() -> None:
    assert lines_of(sheet("number", 447700900001, "P12", None)) == ["number", "447700900001", "P12"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "No number stands"),
        (b"name\nAmina\n", "No number stands"),
        (b"GIF89a\0\0\0", "neither a CSV"),
        (b"PK\x03\x04 and no more", "not an .xlsx"),
        (b"1\n" * (MOST_LINES + 1), "is the most"),
    ],
)
def test_file_that_is_no_list_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ListRefused, match=said):
        lines_of(content)


def test_people_are_found_however_their_number_is_written() -> None:
    people = crowd(4)
    lines = ["07700 900001", "447700900002", "+44 (7700) 900-003", f"p{people[3].participant_id}"]

    broadcast = sent(drafted(lines=lines))

    assert [message.recipient_id for message in texts(broadcast)] == [
        enrolment.participant.recipient_id for enrolment in people
    ]


def test_stranger_is_reported_by_line_alone_and_never_texted() -> None:
    crowd(1)
    of_another = worlds.version(worlds.campaign(key="other"))
    worlds.person(number="+447700900777", of=of_another)

    broadcast = counted(
        drafted(
            lines=["+447700900001", STRANGER, "+447700900777", "P999"], campaign=worlds.campaign()
        )
    )

    found = BroadcastList.objects.get()
    assert (found.lines, found.found, found.unknown) == (4, 1, 3)
    assert found.unknown_lines == [2, 3, 4]
    assert found_anywhere(STRANGER, STRANGER[1:]) == []
    sent(broadcast)
    assert len(texts(broadcast)) == 1
    assert Recipient.objects.count() == 2


def test_listed_person_who_left_is_left_out_with_the_reason() -> None:
    crowd(2)
    worlds.text("+447700900001", "STOP", at=LATER)
    replies.answer_pending(now=LATER)

    broadcast = sent(drafted(lines=["+447700900001", "+447700900002"]))

    assert left_out(broadcast) == ["left"]
    assert len(texts(broadcast)) == 1


def test_list_is_sealed_until_it_is_read_and_gone_with_its_broadcast() -> None:
    crowd(1)
    broadcast = drafted(lines=["+447700900001", STRANGER])
    assert found_anywhere(STRANGER) == ["enrolment_broadcastlist.content"]

    counted(broadcast)
    assert found_anywhere(STRANGER) == []
    assert BroadcastListed.objects.count() == 1
    broadcasts.cancel(broadcast=broadcast, actor=manager(), now=LATER)

    assert (BroadcastListed.objects.count(), BroadcastList.objects.count()) == (0, 0)


def test_new_list_takes_the_place_of_the_old_one() -> None:
    crowd(2)
    broadcast = counted(drafted(lines=["+447700900001"]))

    broadcasts.edit(
        broadcast=broadcast, values={}, lines=["+447700900002"], actor=manager(), now=LATER
    )
    counted(broadcast)

    assert len(texts(sent(broadcast))) == 1
    assert BroadcastListed.objects.count() == 1


def test_forgotten_lists_go() -> None:
    crowd(1)
    unread, idle = drafted(lines=[STRANGER]), drafted(lines=["+447700900001"])
    counted(unread)
    BroadcastList.objects.filter(broadcast=unread).update(content=None)

    assert broadcast_lists.forget_old(now=LATER + timedelta(hours=25)) == 1
    assert found_anywhere("+447700900001") == ["messaging_recipient.number"]
    assert broadcast_lists.forget_old(now=LATER + timedelta(days=31)) == 2
    assert not BroadcastList.objects.exists()
    assert Broadcast.objects.get(pk=idle.pk).status == "draft"


def test_erased_person_is_taken_off_every_list() -> None:
    first, _ = crowd(2)
    read = counted(drafted(lines=["07700 900001", "07700 900002"]))
    drafted(lines=["07700 900001", "07700 900002"])

    erasing.erase(participant=first.participant, source="sms", cause_key="1", now=LATER)

    assert read.listed.count() == 1
    unread = BroadcastList.objects.get(content__isnull=False)
    assert unread.content == "\n07700 900002"


def test_languages_narrow_a_list_as_anything_else() -> None:
    first, _ = crowd(2)
    first.participant.language = "nb"
    first.participant.save()

    broadcast = sent(drafted(lines=["+447700900001", "+447700900002"], languages=["nb"]))

    assert [m.recipient_id for m in texts(broadcast)] == [first.participant.recipient_id]
