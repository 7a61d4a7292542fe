"""The one request that hands a text to an aggregator, made from an operator's templates."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from messaging.providers import wire
from messaging.providers.base import Outgoing
from messaging.providers.generic_http_options import check_address, choice, table
from messaging.providers.generic_http_template import (
    Template,
    Values,
    is_empty,
    json_template,
    names_in,
    rendered_json,
    template,
)
from messaging.providers.options import switch, text

PLACEHOLDERS = (
    "number",
    "number_without_plus",
    "text",
    "sender",
    "token",
    "callback_url",
    "valid_minutes",
    "valid_seconds",
    "secret",
)
#: Not for an address: it ends up in logs wherever it passes.
_PRIVATE = frozenset({"number", "number_without_plus", "text", "secret"})
_IN_HEADERS = ("secret", "token", "sender")
_CONTENT_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "xml": "application/xml; charset=utf-8",
}
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
#: What XML cannot hold in any form.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Made:
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    content: str
    url: Template
    headers: Mapping[str, Template]
    body: Any = field(repr=False)
    secret: str = field(repr=False)

    def made(self, outgoing: Outgoing, longest: int) -> Made | None:
        """`longest`: minutes a text is valid at most. None when the sender's address would break a
        header."""
        values = self._values(outgoing, longest)
        headers = {name: each.rendered(values) for name, each in self.headers.items()}
        if not all(value.isprintable() for value in headers.values()):
            return None
        body = self._rendered(values)
        if body is not None and "content-type" not in map(str.lower, headers):
            headers["Content-Type"] = _CONTENT_TYPES[self.content]
        return Made(self.url.rendered(values, _in_address), headers, body)

    def names(self) -> frozenset[str]:
        return self.url.names | names_in(self.body) | names_in(dict(self.headers))

    def _values(self, outgoing: Outgoing, longest: int) -> Values:
        seconds = longest * 60
        if outgoing.valid_for is not None:
            seconds = max(60, min(seconds, int(outgoing.valid_for.total_seconds())))
        return {
            "number": outgoing.number,
            "number_without_plus": outgoing.number.removeprefix("+"),
            "text": outgoing.text,
            "sender": outgoing.sender_address,
            "token": outgoing.token,
            "callback_url": outgoing.callback_url,
            "valid_minutes": seconds // 60,
            "valid_seconds": seconds,
            "secret": self.secret,
        }

    def _rendered(self, values: Values) -> bytes | None:
        if self.body is None:
            return None
        if self.content == "json":
            return json.dumps(rendered_json(self.body, values), ensure_ascii=False).encode()
        if self.content == "xml":
            return str(self.body.rendered(values, _in_xml)).encode()
        return wire.encoded(
            {
                name: each.rendered(values)
                for name, each in self.body.items()
                if not is_empty(each, values)
            }
        )


def call(
    *,
    url: object,
    method: object,
    content: object,
    body: Any,
    headers: object,
    secret: object,
    login: tuple[object, object],
    private_url: object,
) -> Call:
    """Raises TypeError or ValueError that names the place."""
    kind = choice("content", content, tuple(_CONTENT_TYPES))
    made = Call(
        method=choice("method", method, ("POST", "GET")),
        content=kind,
        url=_url(url, switch("private_url", private_url)),
        headers=_headers(headers, login),
        body=None if body is None else _body(kind, body),
        secret=text("secret", secret),
    )
    if made.method == "GET" and made.body is not None:
        raise ValueError("body is for POST")
    _check_used(made)
    return made


def _url(source: object, private: bool) -> Template:
    found = template("url", source, PLACEHOLDERS)
    check_address("url", found.rendered(dict.fromkeys(found.names, "x")), found.pieces[0])
    if found.names & _PRIVATE and not private:
        raise ValueError("url holds the number, the text or the secret: set private_url if meant")
    return found


def _headers(source: object, login: tuple[object, object]) -> dict[str, Template]:
    found: dict[str, Template] = {}
    for name, value in table("headers", source).items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError("headers has a name that is none")
        found[name] = template(f"headers.{name}", value, _IN_HEADERS)
        if not all(piece.isprintable() for piece in found[name].pieces):
            raise ValueError(f"headers.{name} has a character that cannot be printed")
    username, password = text("username", login[0]), text("password", login[1])
    if bool(username) != bool(password):
        raise ValueError("username and password go together")
    if username:
        if "authorization" in map(str.lower, found):
            raise ValueError("headers.Authorization and username are two logins")
        encoded = base64.b64encode(f"{username}:{password}".encode()).decode()
        found["Authorization"] = Template((f"Basic {encoded}",))
    return found


def _body(content: str, source: Any) -> Any:
    if content == "xml":
        return template("body", source, PLACEHOLDERS)
    if content == "form":
        fields = table("body", source).items()
        return {name: template(f"body.{name}", each, PLACEHOLDERS) for name, each in fields}
    if isinstance(source, str):
        try:
            source = json.loads(source)
        except (ValueError, RecursionError):
            raise ValueError("body is not JSON") from None
    return json_template("body", source, PLACEHOLDERS)


def _check_used(made: Call) -> None:
    names = made.names()
    for needed in (("number", "number_without_plus"), ("text",)):
        if not names.intersection(needed):
            raise ValueError(f"neither url nor body holds {{{{ {needed[0]} }}}}")
    if ("secret" in names) != bool(made.secret):
        raise ValueError("secret and its placeholder go together")


def _in_address(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _in_xml(value: str) -> str:
    return escape(_NOT_XML.sub("", value), {'"': "&quot;", "'": "&apos;"})
