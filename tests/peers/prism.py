"""Prism in front of the fake: every call and every answer held to Twilio's OpenAPI document.

The document is the vendor's own, as its command line tool carries it, cut to the paths of messages:
Prism takes ten seconds to read all of them. In two places it contradicts its own words and
examples, and those are followed: the addresses of pages, declared absolute, leave out the host;
and DateSent, declared an instant, may be a date.
"""

import json
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.peers import npm

_DOCUMENT = "src/services/twilio-api/twilio_api_v2010.json"
_MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages"
#: Seconds until it listens, on two busy cores.
_PATIENCE = 60.0


@contextmanager
def prism(upstream: str, folder: Path) -> Iterator[str]:
    """The address of a proxy before `upstream`. A call or an answer that breaks the contract gets
    an error of Prism's instead. `folder`: where the document can be laid down."""
    document = folder / "twilio_messages.json"
    document.write_text(json.dumps(contract()))
    port = _free_port()
    command = [npm.node(), str(npm.package("@stoplight/prism-cli") / "dist/index.js"), "proxy"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--errors", str(document), upstream]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _await_listening(process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def contract() -> dict[str, Any]:
    """Twilio's document, cut and mended."""
    whole = (npm.package("@twilio/cli-core") / _DOCUMENT).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(whole)
    paths = document["paths"]
    kept = (f"{_MESSAGES}.json", f"{_MESSAGES}/{{Sid}}.json")
    document["paths"] = {path: paths[path] for path in kept}
    listing = paths[kept[0]]["get"]
    for parameter in listing["parameters"]:
        if parameter["name"].startswith("DateSent"):
            del parameter["schema"]["format"]
    listed = listing["responses"]["200"]["content"]["application/json"]
    for name, field in listed["schema"]["properties"].items():
        if name.endswith("uri"):
            field["format"] = "uri-reference"
    return document


def _await_listening(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    said = b""
    until = time.monotonic() + _PATIENCE
    while b"Prism is listening" not in said:
        left = max(0.0, until - time.monotonic())
        readable, _, _ = select.select([process.stdout], [], [], left)
        heard = process.stdout.read1() if readable else b""
        if not heard:
            process.kill()
            raise AssertionError(f"Prism did not start: {said.decode(errors='replace')}")
        said += heard


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port
