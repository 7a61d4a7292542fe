"""Nothing that JSON can hold, and nothing an operator can write, makes the generic provider fail in
any other way than the ones it names."""

import contextlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.generic_http_answers import answers
from messaging.providers.generic_http_path import BadPath, find, path, written
from messaging.providers.generic_http_template import Template, rendered_json, template
from messaging.providers.generic_http_webhooks import inbound, receipts
from messaging.providers.webhook import Malformed, WebhookRequest
from messaging.providers.wire import Answer

NAMES = st.sampled_from(["a", "b", "c", "x-y"])
PATHS = st.lists(NAMES | st.integers(0, 3), max_size=5).map(tuple)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
)
ANSWERS = answers(
    "answer",
    {"accepted_path": "a", "accepted_values": [1], "id_path": "b[0]", "error_path": "c.a"},
)
INBOUND = inbound(
    {"content": "json", "list": "a", "id": "a", "from": "b", "text": "c"}, "NO", False
)
RECEIPTS = receipts({"content": "json", "id": "a", "status": "b", "delivered": [1, "a"]}, False)


def spelled(steps: tuple[str | int, ...]) -> str:
    words = "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps)
    return words.removeprefix(".")


def followed(document: Any, steps: tuple[Any, ...]) -> Any:
    """The same by exceptions."""
    try:
        for step in steps:
            assert isinstance(document, dict if isinstance(step, str) else list)
            document = document[step]
    except (AssertionError, KeyError, IndexError):
        return None
    return document


@given(PATHS)
def test_a_path_reads_as_it_was_spelled(steps: tuple[str | int, ...]) -> None:
    assert path(spelled(steps)) == steps


@given(st.text())
def test_any_text_is_a_path_or_refused(source: str) -> None:
    with contextlib.suppress(BadPath):
        steps = path(source)
        assert path(spelled(steps)) == steps


@given(DOCUMENTS, PATHS)
def test_find_never_fails_and_finds_what_is_there(
    document: Any, steps: tuple[str | int, ...]
) -> None:
    found, expected = find(document, steps), followed(document, steps)
    assert found is expected
    assert "\x00" not in written(found)
    written(found).encode()


@given(st.text(), st.text())
def test_a_template_keeps_its_words_and_its_value(words: str, value: str) -> None:
    try:
        made = template("body", words + "{{ text }}" + words, ["text"])
    except ValueError:
        assert "{" in words or "}" in words
    else:
        assert made.rendered({"text": value}) == words + value + words
        assert Template(made.pieces) == made


@given(st.dictionaries(st.text(), st.text(), max_size=3), st.text())
def test_a_value_never_leaves_its_place_in_json(fixed: dict[str, str], value: str) -> None:
    source = {name: Template((each,)) for name, each in fixed.items()}
    source |= {"here": Template(("", "text", "!"))}
    read = json.loads(json.dumps(rendered_json(source, {"text": value})))
    assert read == fixed | {"here": value + "!"}


@given(DOCUMENTS, st.integers(200, 599))
def test_any_answer_comes_to_something(document: Any, status: int) -> None:
    result = ANSWERS.read(Answer(status, {}, json.dumps(document).encode()))
    assert len(result.error_code) <= 40
    assert len(result.provider_message_id) <= 100


@given(DOCUMENTS)
def test_any_call_is_read_or_malformed(document: Any) -> None:
    request = WebhookRequest("POST", "", {}, body=json.dumps(document).encode())
    with contextlib.suppress(Malformed):
        for text in INBOUND.read(request, 1):
            assert text.from_number
            (text.provider_message_id + text.body).encode()
    with contextlib.suppress(Malformed):
        assert all(report.provider_message_id for report in RECEIPTS.read(request))
