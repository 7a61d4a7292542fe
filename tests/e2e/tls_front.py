"""What stands before the web part, as deploy/nginx/sendwell.conf has it: TLS, and both X-Forwarded
headers written anew. In plain it passes everything on, so that the answer is the product's own."""

import asyncio
import base64
import datetime
import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from yarl import URL

#: Of this connection, not of what is passed on.
_OWN = ("connection", "keep-alive", "transfer-encoding", "content-length")


@dataclass(frozen=True)
class Certificate:
    path: Path
    fingerprint: str


@dataclass(frozen=True)
class Front:
    tls: int
    plain: int


def certificate(folder: Path, name: str) -> Certificate:
    """For a day, signed by itself. A browser that is told the fingerprint trusts this one alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Certificate(path, base64.b64encode(hashlib.sha256(public).digest()).decode())


@contextmanager
def standing(inside: str, shown: Certificate) -> Iterator[Front]:
    """Before `inside`, the web part's own address, as long as the block runs."""
    sockets = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    serving = _serve(inside, sockets, shown.path, ended)
    thread = threading.Thread(target=loop.run_until_complete, args=(serving,))
    thread.start()
    try:
        yield Front(*(each.getsockname()[1] for each in sockets))
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(timeout=20)
        loop.close()


async def _serve(
    inside: str, sockets: tuple[socket.socket, socket.socket], shown: Path, ended: asyncio.Event
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=jar) as session:

        async def pass_on(request: web.BaseRequest) -> web.Response:
            headers = request.headers.copy()
            for name in _OWN:
                headers.popall(name, None)
            headers["X-Forwarded-For"] = request.remote or ""
            headers["X-Forwarded-Proto"] = request.scheme
            async with session.request(
                request.method, URL(inside + request.raw_path, encoded=True),
                headers=headers, data=await request.read(), allow_redirects=False,
            ) as answer:  # fmt: skip
                kept = answer.headers.copy()
                for name in _OWN:
                    kept.popall(name, None)
                return web.Response(status=answer.status, headers=kept, body=await answer.read())

        runner = web.ServerRunner(web.Server(pass_on, access_log=None))
        await runner.setup()
        await web.SockSite(runner, sockets[0], ssl_context=context).start()
        await web.SockSite(runner, sockets[1]).start()
        await ended.wait()
        await runner.cleanup()
