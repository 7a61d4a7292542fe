"""Log lines that can be kept: one line an event, an allow-list of keys, a net under every string.

An exception is written as its type and the places it passed through. Its text is left out, since
database and provider errors quote the values they choke on; also where a library, as Celery does of
a failed task, has put it into its own line.
"""

import logging
import logging.config
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog

from trust.redaction import redact

# What may be logged besides ids. A key that is not here, and does not end in _id, is dropped, and
# the line says which: an own word for a new fact is added here, in sight of a reviewer.
ALLOWED_KEYS: frozenset[str] = frozenset(
    {
        "event", "level", "logger", "timestamp", "dropped", "error", "where",
        "count", "accepted", "rejected", "unknown", "queued", "blocked", "expired", "failed",
        "settled", "kind", "status", "reason", "outcome", "provider", "queue", "task", "verb",
        "stage_key", "step_key", "language", "country", "segments", "version", "batch", "limit",
        "seconds", "milliseconds", "attempt", "method", "path", "status_code", "signal", "pid",
        "process", "command", "setting", "error_code", "mac",
    }
)  # fmt: skip
# The ORM's own logger would print statements with their values.
_SILENT = ("django.db.backends", "psycopg", "asyncio", "faker", "factory")
_FRAMES = 8
_CAUSES = 8


def configure(level: str = "INFO") -> None:
    """Send every logger of the process, ours and the libraries', through these processors.

    Call it from settings with LOGGING_CONFIG = None, or Django adds handlers beside it."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        describe_exception,
        allow_keys,
        cast_net,
        # After the net: a stamp has long runs of digits.
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_stdlib_config(level, shared))


def describe_exception(
    logger: object, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replace exception info by `error`, its type, and `where`, its innermost frames."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else None
    if isinstance(info, tuple):
        error = info[1]
    if error is not None:
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["where"] = _frames(error.__traceback__)
        event["event"] = _without_text(str(event.get("event", "")), error)
    return event


def allow_keys(
    logger: object, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Drop every key that may not be logged, and name what was dropped."""
    dropped = [key for key in event if not (_is_allowed(key) or key.startswith("_"))]
    for key in dropped:
        del event[key]
    if dropped:
        event["dropped"] = ",".join(sorted(dropped))
    return event


def cast_net(
    logger: object, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Redact every value but whole numbers under an id's key."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = value if _is_id(key, value) else _clean(value)
    return event


def _is_allowed(key: str) -> bool:
    return key in ALLOWED_KEYS or key.endswith(("_id", "_ids"))


def _is_id(key: str, value: object) -> bool:
    if key.endswith("_ids") and isinstance(value, list | tuple | set | frozenset):
        return all(type(item) is int for item in value)
    return key.endswith("_id") and type(value) is int


def _clean(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < 10_000_000:
        return value
    if isinstance(value, Mapping):
        return "[mapping]"
    # One event, one line: a line break in a value would forge another event.
    return redact("".join(mark if mark.isprintable() else " " for mark in str(value)))


def _without_text(line: str, error: BaseException) -> str:
    """What an error says, or one that it followed, taken out of the line that tells of it."""
    cause: BaseException | None = error
    for _ in range(_CAUSES):
        if cause is None:
            break
        name = type(cause).__qualname__
        for said in (repr(cause), str(cause)):
            if said and said != name:
                line = line.replace(said, name)
        cause = cause.__cause__ or cause.__context__
    return line


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return " < ".join(
        f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}"
        for frame in reversed(frames)
    )


def _stdlib_config(level: str, shared: list[structlog.typing.Processor]) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.LogfmtRenderer(
                        key_order=["timestamp", "level", "logger", "event"], bool_as_flag=False
                    ),
                ],
            }
        },
        "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["line"], "level": level},
        "loggers": {
            **{name: {"level": "WARNING"} for name in _SILENT},
            # It writes who tried from where; the audit says what is to be said of that.
            "axes": {"level": "ERROR"},
        },
    }
