"""What the OpenAPI document says of the whole API; the rest of it is made from the doors."""

from typing import Any

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. Says which field and what was expected; repeats no value.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
SETTINGS: dict[str, Any] = {
    "TITLE": "Sendwell",
    "DESCRIPTION": "For devices, other systems and researchers of one campaign. See docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [{"url": "/"}],
    "APPEND_COMPONENTS": {"schemas": {"Problem": _PROBLEM}},
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": [],
    "TAGS": [
        {"name": "sending", "description": "Readings, answers, events, people who want to join."},
        {"name": "research", "description": "Long tables under pseudonyms, in pages."},
    ],
}
