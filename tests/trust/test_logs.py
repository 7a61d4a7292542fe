import io
import logging
import re
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trust import logs

NUMBER = "+447700900123"
GETS_THROUGH = re.compile(r"\+\d{7,}|\d{8,}")
STAMP = re.compile(r"timestamp=\S+ ")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the configured root logger writes."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    logs.configure("INFO")
    mine = root.handlers[0]
    assert isinstance(mine, logging.StreamHandler)
    mine.setStream(stream)
    yield stream
    root.removeHandler(mine)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    structlog.configure(**before)


def taken(written: io.StringIO) -> str:
    """The lines written since the last call, without their stamps."""
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return STAMP.sub("", text)


def test_own_event_is_one_line_of_allowed_keys(written: io.StringIO) -> None:
    structlog.get_logger("messaging").info("sent", message_id=123456789, count=3, name="Ada")

    assert taken(written) == (
        "level=info logger=messaging event=sent message_id=123456789 count=3 dropped=name\n"
    )


def test_line_of_a_library_passes_the_same_net(written: io.StringIO) -> None:
    logging.getLogger("a.library").warning("calling %s for %s", NUMBER, "ada@example.org")

    assert taken(written) == (
        'level=warning logger=a.library event="calling [number] for [address]"\n'
    )


def test_extra_of_a_library_is_not_written(written: io.StringIO) -> None:
    logging.getLogger("a.library").warning("calling", extra={"to": "Ada"})

    assert "Ada" not in taken(written)


@pytest.mark.parametrize("own", [True, False])
def test_exception_is_its_type_and_place_without_its_text(written: io.StringIO, own: bool) -> None:
    logger = structlog.get_logger("x") if own else logging.getLogger("x")

    try:
        raise ValueError(f"no such person as Ada at {NUMBER}")
    except ValueError:
        logger.exception("failed")

    line = taken(written)
    assert "error=builtins.ValueError" in line
    assert "test_exception_is_its_type_and_place_without_its_text" in line
    assert "Ada" not in line
    assert "7700" not in line
    assert line.count("\n") == 1


def test_text_of_an_exception_is_taken_out_of_a_librarys_line(written: io.StringIO) -> None:
    """As Celery writes of a task that failed."""
    words = "Task %(name)s[%(id)s] %(description)s: %(exc)s"
    try:
        try:
            raise ValueError("no such person as Ada")
        except ValueError as first:
            raise RuntimeError(first) from first
    except RuntimeError as error:
        said = {"name": "a.task", "id": "1", "description": "raised", "exc": repr(error)}
        logging.getLogger("celery.app.trace").exception(words, said)

    line = taken(written)
    assert "Ada" not in line
    assert 'event="Task a.task[1] raised: RuntimeError"' in line


def test_line_break_in_a_value_cannot_forge_an_event(written: io.StringIO) -> None:
    structlog.get_logger("x").info("a\nlevel=info event=forged", reason="b\r\nc\u2028d")

    assert len(taken(written).splitlines()) == 1


def test_statements_with_their_values_are_not_logged(written: io.StringIO) -> None:
    logging.getLogger("django.db.backends").info("SELECT %s", "Ada")

    assert taken(written) == ""


values = st.one_of(
    st.text(),
    st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True),
    st.integers(),
    st.lists(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True), max_size=2),
    st.binary(),
    st.dictionaries(st.just(NUMBER), st.just(NUMBER)),
)
keys = st.one_of(
    st.sampled_from(sorted(logs.ALLOWED_KEYS - {"timestamp", "level", "logger", "event"})),
    st.sampled_from(["number", "to", "recipient_ids", "name"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=st.text(), facts=st.dictionaries(keys, values, max_size=4))
def test_no_number_gets_into_a_line_whatever_is_logged(
    written: io.StringIO, event: str, facts: dict[str, object]
) -> None:
    structlog.get_logger("x").info(event + NUMBER, **facts)

    line = taken(written)
    assert "logger=x" in line
    assert not GETS_THROUGH.search(line)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), number=st.from_regex(r"\+?[1-9][0-9]{7,14}", fullmatch=True))
def test_no_text_under_an_ids_key_lets_a_number_through(
    written: io.StringIO, text: str, number: str
) -> None:
    structlog.get_logger("x").info("e", recipient_id=text + number, recipient_ids=[number])

    line = taken(written)
    assert "logger=x" in line
    assert not GETS_THROUGH.search(line)
