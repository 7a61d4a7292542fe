import json
import re
from collections.abc import Callable
from datetime import date, time

import pytest
from django.http import HttpResponse
from django.test import Client

from enrolment.models import Anchor, Enrolment, Erasure, Participant, WebVisit, Withdrawal
from messaging.models import Message, OptOut
from tests import worlds
from tests.enrolment.test_replies import texted
from tests.enrolment.test_web_links import NUMBER, token_in
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

Change = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("messaging.clock.calendar_now", lambda: worlds.NOON)


@pytest.fixture
def enrolment() -> Enrolment:
    return worlds.person(number=NUMBER, of=worlds.full_version())


@pytest.fixture
def inside(client: Client, enrolment: Enrolment) -> Client:
    client.post(f"/me/{token_in(texted('WEB'))}/")
    return client


@pytest.fixture
def change(inside: Client, enrolment: Enrolment) -> Change:
    def post(what: str, **fields: str) -> HttpResponse:
        return inside.post(f"/me/{enrolment.pk}/{what}/", fields)

    return post


def words(response: HttpResponse) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def saved(response: HttpResponse, what: str) -> bool:
    return response.status_code == 303 and response.headers["Location"] == f"/me/?saved={what}"


def newest_audit() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk")[0]


def test_page_shows_what_is_kept(inside: Client) -> None:
    shown = words(inside.get("/me/"))

    for part in ("Hello Amina", "10 December 2026", "ends in 001", "English", "None; texts come"):
        assert part in shown
    assert NUMBER not in shown


def test_without_a_visit_every_address_leads_to_the_same_page(
    client: Client, enrolment: Enrolment
) -> None:
    asked = client.get("/me/")

    assert asked.status_code == 200
    assert "Text WEB to the number you get our texts from" in words(asked)
    assert "<input" not in asked.content.decode()
    for path in (
        "texts",
        "answers",
        "download",
        "leave",
        "erase",
        f"{enrolment.pk}/name",
        "9/name",
    ):
        response = client.get(f"/me/{path}/")
        assert (response.status_code, response.headers["Location"]) == (302, "/me/")
    assert client.post("/me/erase/", {"word": "ERASE"}).headers["Location"] == "/me/"
    assert client.post(f"/me/{enrolment.pk}/name/", {"first_name": "Bo"}).status_code == 302
    assert Participant.objects.get().first_name == "Amina"


def test_asking_page_follows_the_browsers_language(client: Client) -> None:
    response = client.get("/me/", headers={"Accept-Language": "sv, no;q=0.8, en;q=0.5"})

    assert response.headers["Content-Language"] == "nb"


def test_name_is_changed(change: Change) -> None:
    assert saved(change("name", first_name="  i'm nora "), "name")

    assert Participant.objects.get().first_name == "Nora"
    assert newest_audit().verb == "web.change"
    assert newest_audit().detail == {"what": "name", "source": "web"}


def test_what_was_typed_is_kept_when_it_is_wrong(change: Change) -> None:
    response = change("name", first_name="R2 <b>D2")

    shown = response.content.decode()
    assert response.status_code == 200
    assert 'value="R2 &lt;b&gt;D2"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_first_name_error"' in shown
    assert re.search(r'aria-describedby="[^"]*id_first_name_error', shown)
    assert "<title>Error: Your name</title>" in shown
    assert Participant.objects.get().first_name == "Amina"


def test_language_is_changed_among_those_of_the_content(change: Change) -> None:
    assert change("language", language="ru").status_code == 200
    assert saved(change("language", language="nb"), "language")

    assert Participant.objects.get().language == "nb"


def test_own_hours_are_read_as_in_a_text(change: Change, enrolment: Enrolment) -> None:
    assert saved(change("hours", hours="9 til 17:30"), "hours")

    participant = Participant.objects.get()
    assert (participant.hours_start, participant.hours_end) == (time(9), time(17, 30))
    enrolment.refresh_from_db()
    assert enrolment.replanning


@pytest.mark.parametrize("said", ["", "noonish", "9-10", "21-24"])
def test_hours_that_cannot_be_are_asked_for_again(change: Change, said: str) -> None:
    response = change("hours", hours=said)

    assert 'class="error"' in response.content.decode()
    assert Participant.objects.get().hours_start is None


def test_quit_day_is_moved_in_words(change: Change) -> None:
    assert saved(change("day", day="next friday"), "day")

    anchor = Anchor.objects.get(kind="quit_date", replaced_at=None)
    assert (anchor.day, anchor.source) == (date(2026, 12, 4), "web")


@pytest.mark.parametrize("said", ["soon", "yesterday", "31.2.", "2020-01-01"])
def test_day_that_cannot_be_is_asked_for_again(change: Change, said: str) -> None:
    assert f'value="{said}"' in change("day", day=said).content.decode()
    assert Anchor.objects.get(kind="quit_date").day == date(2026, 12, 10)


def test_another_day_after_the_quit_day_is_another_attempt(change: Change) -> None:
    Anchor.objects.filter(kind="quit_date").update(day=date(2026, 11, 25))

    change("day", day="in 5 days")

    assert Enrolment.objects.get().attempt == 2


def test_dose_walks_as_less_and_more_do(change: Change) -> None:
    assert saved(change("dose", dose="less"), "dose")
    assert Enrolment.objects.get().profile == "light"
    assert change("dose", dose="less").status_code == 200
    change("dose", dose="more")
    assert Enrolment.objects.get().profile == "standard"


def test_break_and_its_end(change: Change, inside: Client) -> None:
    assert change("pause", days="31").status_code == 200
    assert saved(change("pause", days="5"), "pause")
    assert Enrolment.objects.get().status == Enrolment.Status.PAUSED
    assert "On a break until 6 December 2026" in words(inside.get("/me/"))

    assert saved(change("resume"), "resume")
    assert Enrolment.objects.get().next_due_at is not None


def test_nothing_is_texted_for_a_change(change: Change) -> None:
    before = Message.objects.count()

    change("name", first_name="Nora")
    change("hours", hours="9-17")
    change("pause", days="3")

    assert Message.objects.count() == before


def test_leaving_is_stop_and_is_confirmed_once_by_text(inside: Client) -> None:
    assert "Leave now" in words(inside.get("/me/leave/"))
    assert saved(inside.post("/me/leave/"), "leave")
    assert inside.post("/me/leave/").headers["Location"] == "/me/"

    assert Enrolment.objects.get().status == Enrolment.Status.WITHDRAWN
    assert OptOut.objects.get(lifted_at=None).source == "web"
    last = Message.objects.get(kind=Message.Kind.STOP_CONFIRMATION)
    assert (last.status, last.body.text) == (Message.Status.QUEUED, "You have left.")
    assert "No more texts come" in words(inside.get("/me/"))
    texted("2", 4)
    assert Withdrawal.objects.get().told == Withdrawal.Told.TOO_MANY
    assert texted("START", 5) == ["Welcome back."]


def test_erasing_takes_the_word_and_ends_the_visit(inside: Client) -> None:
    assert "type the word ERASE" in words(inside.post("/me/erase/", {"word": "yes"}))
    assert Enrolment.objects.get().status == Enrolment.Status.ACTIVE

    gone = inside.post("/me/erase/", {"word": " erase "})

    assert "Everything is erased" in words(gone)
    assert Enrolment.objects.get().status == Enrolment.Status.ERASED
    erasure = Erasure.objects.get()
    assert erasure.source == "web"
    assert erasure.last_message is not None
    assert erasure.last_message.body.text == "All of it goes. Goodbye."
    assert not WebVisit.objects.exists()
    assert "Ask for a link" in words(inside.get("/me/"))


def test_texts_are_shown_both_ways_without_the_link(inside: Client) -> None:
    texted("CRAVE", 1)
    Message.objects.update(status=Message.Status.DELIVERED, settled_at=worlds.NOON)

    shown = words(inside.get("/me/texts/"))

    for part in ("CRAVE", "Tip", "WEB", "From us", "From you", "[link]"):
        assert part in shown
    assert "/me/" not in shown


def test_texts_come_fifty_a_page(inside: Client) -> None:
    for minute in range(60):
        texted(f"word {minute}", minute)

    first, second = words(inside.get("/me/texts/")), words(inside.get("/me/texts/?page=2"))

    assert "Older" in first
    assert "word 59" in first
    assert "word 59" not in second
    assert "Newer" in second
    for odd in ("0", "x", "99999999", "-1", "٣"):
        assert inside.get("/me/texts/", {"page": odd}).status_code == 200


def test_answers_are_shown_with_their_questions(client: Client) -> None:
    worlds.full_version()
    for body in ("JOIN", "Yes I do"):
        texted(body)
    client.post(f"/me/{token_in(texted('WEB'))}/")

    shown = words(client.get("/me/answers/"))

    assert "Do you smoke? YES or NO" in shown
    assert "Yes I do" in shown
    assert "You have not finished joining" in words(client.get("/me/"))


def test_download_holds_everything(inside: Client) -> None:
    texted("ask reason", 1)
    texted("for my daughter", 2)
    response = inside.get("/me/download/")

    data = json.loads(response.content)
    assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert data["format"] == "sendwell.my-data/1"
    assert data["person"]["number"] == NUMBER
    assert data["person"]["first_name"] == "Amina"
    assert data["told"][0]["value"] == "for my daughter"
    assert data["answers"][0]["said"] == "for my daughter"
    assert data["consents"][0]["words"] == "JOIN"
    assert data["programmes"][0]["dates"][0]["day"] == "2026-12-10"
    assert [line["words"] for line in data["texts"] if line["from"] == "you"] == [
        "for my daughter",
        "ask reason",
        "WEB",
    ]
    assert newest_audit().verb == "web.download"


def test_closing_ends_the_visit(inside: Client) -> None:
    assert "Your page is closed" in words(inside.post("/me/close/"))
    assert "Ask for a link" in words(inside.get("/me/"))


def test_another_persons_enrolment_is_not_there(inside: Client) -> None:
    other = worlds.person(number="+447700900002")

    response = inside.post(f"/me/{other.pk}/name/", {"first_name": "Eve"})

    assert (response.status_code, response.headers["Location"]) == (302, "/me/")
    assert other.participant.first_name == "Amina"
    for path in (f"{other.pk}/nothing", "999999/name"):
        assert inside.get(f"/me/{path}/").headers["Location"] == "/me/"


def test_forms_are_guarded_against_forgery(enrolment: Enrolment) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.post(f"/me/{token_in(texted('WEB'))}/")

    assert careful.post(f"/me/{enrolment.pk}/name/", {"first_name": "Eve"}).status_code == 403
    assert Participant.objects.get().first_name == "Amina"


def test_page_of_one_who_has_left_shows_and_erases_but_changes_nothing(inside: Client) -> None:
    inside.post("/me/leave/")
    enrolment = Enrolment.objects.get()

    assert inside.get(f"/me/{enrolment.pk}/name/").headers["Location"] == "/me/"
    assert inside.get("/me/texts/").status_code == 200
    inside.post("/me/erase/", {"word": "ERASE"})
    assert Enrolment.objects.get().status == Enrolment.Status.ERASED


@pytest.mark.parametrize(
    "path", ["", "texts/", "answers/", "leave/", "erase/", "{}/name/", "{}/dose/", "{}/day/"]
)
def test_every_page_has_its_title_language_and_policy(
    inside: Client, enrolment: Enrolment, path: str
) -> None:
    response = inside.get(f"/me/{path.format(enrolment.pk)}")

    shown = response.content.decode()
    assert re.search(r"<title>[A-Z][^<]+</title>", shown)
    assert '<html lang="en" dir="ltr">' in shown
    assert shown.count("<h1>") == 1
    assert not re.search(r"<script|style=|onclick|https?://", shown)
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
