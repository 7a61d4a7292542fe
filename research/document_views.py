"""What the API says of itself: its OpenAPI document, and a plain page made of that."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator


@cache
def document() -> dict[str, Any]:
    """The same for everybody: it tells of doors, and nothing of what is behind them."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for _path, _method, said in _operations(found):
        if "requestBody" in said:
            # The generator knows it of serializers alone.
            said["requestBody"]["required"] = True
    return found


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document())


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    found = document()
    tags: dict[str, tuple[str, list[dict[str, Any]]]] = {
        tag["name"]: (tag["description"], []) for tag in found["tags"]
    }
    for path, method, said in _operations(found):
        tags[said["tags"][0]][1].append(
            {
                "path": path,
                "method": method.upper(),
                "summary": said.get("summary", ""),
                "parameters": said.get("parameters", []),
                "fields": list(_fields(said)),
                "answers": [
                    (code, each["description"]) for code, each in said["responses"].items()
                ],
            }
        )
    return render(request, "research/api_docs.html", {"info": found["info"], "tags": tags})


def _operations(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in found["paths"].items():
        for method, said in methods.items():
            yield path, method, said


def _fields(said: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(name, type, meaning) of what is sent, or of a row that is read."""
    body = said.get("requestBody", {}).get("content", {}).get("application/json")
    good = next(iter(said["responses"].values())).get("content", {}).get("application/json", {})
    shape = body["schema"] if body else good.get("schema", {})
    rows = shape.get("properties", {}).get("rows", {}).get("items")
    for name, each in (rows or shape).get("properties", {}).items():
        kind = each.get("type", "")
        yield name, kind if isinstance(kind, str) else kind[0], each.get("description", "")
