"""What the doors say of themselves in the OpenAPI document: bodies, headers, answers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from enrolment.api_fields import LARGEST_ID
from enrolment.api_submitted import LONGEST_NAME

Schema = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])

_PROBLEM = "application/problem+json"
_WORDS = MappingProxyType(
    {
        400: "A header is missing, the body broke off, or something asked for is not known.",
        401: "No token, or one that is unknown, has ended or was revoked.",
        403: "The token may not do this.",
        404: "No such participant in this campaign, or one who has left.",
        405: "Another method.",
        409: "The key was used for another body, or the campaign takes nothing in at present.",
        413: "The body is too long.",
        415: "The body is of another type.",
        422: "A field is not what was expected; errors says which, and repeats no value.",
        429: "Asked too often; wait as long as Retry-After says.",
        500: "Our fault. Send it again.",
    }
)
#: Of every door; a door adds its own.
_ALWAYS = (401, 403, 405, 429, 500)
#: Of every door that takes a body.
_OF_BODIES = (400, 413, 415, 422)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[\x21-\x7e]{1,64}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="New for each thing sent. Sent again with the same body, the answer is the same.",
)
_TIME: Schema = {"type": "string", "format": "date-time", "examples": ["2026-12-01T08:00:00Z"]}
_PARTICIPANT: Schema = {
    "type": "integer",
    "minimum": 1,
    "maximum": LARGEST_ID - 1,
    "description": "The participant's id, as the admin shows it; never a telephone number.",
}
_KEY: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "enrolment.api_door.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "http", "scheme": "bearer", "description": "A token of one campaign."}


def record(required: list[str], properties: Mapping[str, Schema], **more: Any) -> Schema:
    """An object that takes no other field."""
    return {
        "type": "object",
        "required": required,
        "properties": dict(properties),
        "additionalProperties": False,
        **more,
    }


def described(
    *,
    name: str,
    summary: str,
    good: Mapping[tuple[int, str], tuple[str, Schema]],
    refusals: tuple[int, ...] = (),
    body: Mapping[str, Schema] | None = None,
    parameters: tuple[OpenApiParameter, ...] = (),
    tag: str = "sending",
) -> Callable[[F], F]:
    """Stands over a door's method. `good`: (status, type) -> what it means, and its shape."""
    codes = {*_ALWAYS, *refusals, *(_OF_BODIES if body else ())}
    answers: dict[tuple[int, str], Any] = {
        where: OpenApiResponse(schema, words) for where, (words, schema) in good.items()
    }
    answers |= {
        (code, _PROBLEM): OpenApiResponse({"$ref": "#/components/schemas/Problem"}, _WORDS[code])
        for code in sorted(codes)
    }
    found: Callable[[F], F] = extend_schema(
        operation_id=name,
        summary=summary,
        description=summary,
        request=dict(body) if body else None,
        responses=answers,
        parameters=list(parameters),
        tags=[tag],
    )
    return found


def taken(status: int, words: str, properties: Mapping[str, Schema]) -> dict[Any, Any]:
    """The good answer of a door that takes something in."""
    shape = {"type": "object", "required": list(properties), "properties": dict(properties)}
    return {(status, "application/json"): (words, shape)}


ID: Schema = {"type": "integer"}
READING: Schema = record(
    ["participant", "kind", "value", "unit", "measured_at"],
    {
        "participant": _PARTICIPANT,
        "kind": {**_KEY, "description": "The key of a reading question with a measure."},
        "value": {"type": "number"},
        "second": {"type": ["number", "null"], "description": "The lower blood pressure."},
        "unit": {"type": "string", "description": "mmol/L, mg/dL, kg, lb, mmHg, steps."},
        "measured_at": _TIME,
    },
)
INVITATION: Schema = record(
    ["number"],
    {
        "number": {"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$"},
        "language": {"type": "string", "maxLength": 8},
        "how": {"enum": ["web", "referral", "missed_call", "paper", "api"]},
        "referrer": {"type": "string", "maxLength": 60},
        "first_name": {
            "type": ["string", "null"],
            "description": "Read as an answer by text: of a long one the first word is kept.",
        },
    },
)
ANSWER: Schema = record(
    ["participant", "question", "value"],
    {
        "participant": _PARTICIPANT,
        "question": {**_KEY, "description": "The key of a question of the campaign."},
        "value": {
            "type": ["string", "number"],
            "description": "yes or no, the value of a choice, a number, or a day as 2026-12-01.",
        },
        "answered_at": _TIME,
    },
)
EVENT: Schema = record(
    ["participant", "event", "value"],
    {
        "participant": _PARTICIPANT,
        "event": {**_KEY, "description": "The name of an attribute that the campaign declares."},
        "value": {
            "type": ["string", "number"],
            "description": "Of a date: the day, which the journey counts from.",
        },
        "happened_at": _TIME,
    },
)
#: Observation of FHIR R4: only what is read is described.
OBSERVATION: Schema = {
    "type": "object",
    "required": ["resourceType", "status", "code", "subject", "effectiveDateTime"],
    "properties": {
        "resourceType": {"const": "Observation"},
        "status": {"enum": ["preliminary", "final", "amended", "corrected"]},
        "code": {"type": "object"},
        "subject": {
            "type": "object",
            "required": ["reference"],
            "properties": {
                "reference": {"type": "string", "pattern": "^Patient/[1-9][0-9]{0,17}$"}
            },
        },
        "effectiveDateTime": _TIME,
        "valueQuantity": {"type": "object"},
        "component": {"type": "array", "items": {"type": "object"}},
    },
}
