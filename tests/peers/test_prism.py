"""The fake and our use of Twilio's SDK, both held to Twilio's own OpenAPI document by Prism."""

import asyncio
import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.rest import Client

from messaging.providers import wire
from messaging.providers.base import LookUpState, Outgoing, SendOutcome, SendResult
from messaging.providers.twilio import Twilio
from tests.messaging.providers.scripted import Reply, scripted
from tests.peers.fake_provider import FakeProviderProcess
from tests.peers.prism import prism

NUMBER = "+447700900123"
SENDER = "+447700900999"
SERVICE = "MG" + "5e" * 16
_JSON = {"Content-Type": "application/json"}
BODY = "Stopp & hjelp: æøå €5 + 1=6 😀"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProviderProcess]:
    ledger = tmp_path_factory.mktemp("fake") / "ledger.jsonl"
    with FakeProviderProcess(ledger, faults={"numbers": {"0003": "30003"}}) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(
    provider: FakeProviderProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with prism(provider.base_url, tmp_path_factory.mktemp("prism")) as address:
        yield address


@pytest.fixture
def client(provider: FakeProviderProcess, guarded: str) -> Client:
    client = Client(provider.account_sid, provider.auth_token)
    client.api.base_url = guarded
    return client


def called(
    provider: FakeProviderProcess,
    url: str,
    form: Mapping[str, str] | None = None,
    secret: str = "",
) -> tuple[int, Any]:
    """A bare call, as any client would make it."""
    login = f"{provider.account_sid}:{secret or provider.auth_token}"
    data = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, data=data)
    request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def messages(provider: FakeProviderProcess, guarded: str) -> str:
    return f"{guarded}/2010-04-01/Accounts/{provider.account_sid}/Messages"


def test_create_from_a_number_holds_to_the_contract(client: Client) -> None:
    made = client.messages.create(
        to=NUMBER,
        from_=SENDER,
        body=BODY,
        status_callback="http://127.0.0.1:9/receipts/token-1",
        validity_period=3600,
    )

    assert (made.status, made.from_, made.num_segments) == ("queued", SENDER, "1")
    assert made.body == BODY
    assert made.date_created is not None
    assert made.date_created.tzinfo is not None


def test_create_from_a_messaging_service_holds_to_the_contract(client: Client) -> None:
    made = client.messages.create(to=NUMBER, messaging_service_sid=SERVICE, body=BODY)

    assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
    assert made.messaging_service_sid == SERVICE


def test_fetch_holds_to_the_contract_whatever_became_of_the_text(client: Client) -> None:
    fates = {"+447700900124": ("delivered", None), "+447700900003": ("undelivered", 30003)}
    for number, fate in fates.items():
        made = client.messages.create(to=number, from_=SENDER, body=BODY)

        assert _settled(made) == fate


def _settled(made: Any) -> tuple[str, int | None]:
    """The end of a text: it takes the fake a tenth of a second."""
    for _ in range(100):
        found = made.fetch()
        if found.status not in ("accepted", "queued", "sent"):
            return str(found.status), found.error_code
    raise AssertionError("the text came to no end")


def test_list_holds_to_the_contract_page_by_page(client: Client) -> None:
    number = "+447700900125"
    made = [client.messages.create(to=number, from_=SENDER, body=f"Day {n}") for n in range(5)]
    _settled(made[-1])
    yesterday = datetime.now(UTC) - timedelta(days=1)

    found = client.messages.list(to=number, from_=SENDER, date_sent_after=yesterday, page_size=2)

    assert [each.sid for each in found] == [each.sid for each in reversed(made)]


def test_list_takes_dates_as_the_document_writes_them(
    provider: FakeProviderProcess, guarded: str, client: Client
) -> None:
    number = "+447700900126"
    made = client.messages.create(to=number, from_=SENDER, body=BODY)
    _settled(made)
    today = datetime.now(UTC).date()
    days = {"DateSent": today, "DateSent>": today - timedelta(days=1), "DateSent<": today}
    for name, day in days.items():
        query = urllib.parse.urlencode({"To": number, name: day.isoformat()})
        status, content = called(provider, f"{messages(provider, guarded)}.json?{query}")

        assert status == 200, content
        assert [each["sid"] for each in content["messages"]] == [made.sid]


def test_our_adapter_holds_to_the_contract(provider: FakeProviderProcess, guarded: str) -> None:
    twilio = Twilio(
        account_sid=provider.account_sid, auth_token=provider.auth_token, base_url=guarded
    )
    outgoing = Outgoing(
        token="token-2",
        sender_address=SENDER,
        number="+447700900127",
        text=BODY,
        valid_for=timedelta(hours=2),
        callback_url="http://127.0.0.1:9/receipts/token-2",
    )

    async def sent_and_found() -> tuple[SendResult, LookUpState]:
        started_at = datetime.now(UTC)
        result = await twilio.send(outgoing)
        await asyncio.sleep(0.2)
        found = await twilio.look_up(outgoing, started_at)
        await wire.close()
        assert found.provider_message_id == result.provider_message_id
        return result, found.state

    result, state = asyncio.run(sent_and_found())

    assert result.outcome is SendOutcome.ACCEPTED, result.error_code
    assert state is LookUpState.FOUND
    assert provider.entries()[-1]["token"] == "token-2"
    assert provider.entries()[-1]["valid_for"] == 7200


def test_errors_of_the_fake_pass_as_twilio_words_them(
    provider: FakeProviderProcess, guarded: str
) -> None:
    status, content = called(
        provider,
        f"{messages(provider, guarded)}.json",
        {"To": "+44", "From": SENDER, "Body": BODY},
    )

    assert (status, content["code"], content["status"]) == (400, 21211, 400)
    assert set(content) == {"code", "message", "more_info", "status"}


def test_a_wrong_secret_is_401_and_20003(provider: FakeProviderProcess, guarded: str) -> None:
    form = {"To": NUMBER, "From": SENDER, "Body": BODY}

    status, content = called(provider, f"{messages(provider, guarded)}.json", form, secret="wrong")

    assert (status, content["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "form",
    [
        {"From": SENDER, "Body": BODY},
        {"To": NUMBER, "MessagingServiceSid": "not-a-sid", "Body": BODY},
        {"To": NUMBER, "From": SENDER, "Body": BODY, "ValidityPeriod": "soon"},
    ],
)
def test_a_call_that_breaks_the_contract_is_noticed(
    provider: FakeProviderProcess, guarded: str, form: dict[str, str]
) -> None:
    """Or else the tests above would prove nothing."""
    status, content = called(provider, f"{messages(provider, guarded)}.json", form)

    assert status == 422
    assert content["validation"]


def test_an_answer_that_breaks_the_contract_is_noticed(tmp_path_factory: Any) -> None:
    """The same proxy before a server whose sids are of the wrong shape."""
    wrong = Reply(201, b'{"sid": "SM-short", "status": "queued"}', _JSON)
    with scripted(wrong) as server, prism(server.url, tmp_path_factory.mktemp("wrong")) as proxy:
        form = {"To": NUMBER, "From": SENDER, "Body": BODY}
        request = urllib.request.Request(
            f"{proxy}/2010-04-01/Accounts/AC{'0' * 32}/Messages.json",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Authorization": "Basic eDp5"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)
        content = json.loads(refused.value.read())
        refused.value.close()

    assert ["response", "body", "sid"] in [each["location"] for each in content["validation"]]
