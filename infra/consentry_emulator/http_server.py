"""Serves the API on loopback; the claims in `Authorization: Bearer` are not signed."""

import base64
import binascii
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from consentry_emulator.emulator import Emulator

LOOPBACK = "127.0.0.1"
_MAX_BODY_BYTES = 10 * 1024 * 1024
"""The limit of API Gateway, in bytes."""


def claims_of(authorization: str | None) -> Mapping[str, Any] | None:
    """The claims in a bearer token: a JWT (its signature is not checked), or JSON.

    None without a token or without claims; the API answers it with 401.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    text = token.strip()
    try:
        if not text.startswith("{"):
            part = text.split(".")[1 if "." in text else 0]
            text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8")
        claims = json.loads(text)
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


class EmulatorServer(HTTPServer):
    """The API of the emulator, on loopback only, one request at a time."""

    def __init__(self, emulator: Emulator, port: int) -> None:
        """`port` 0 is any free port."""
        self.emulator = emulator
        super().__init__((LOOPBACK, port), _Api)


class _Api(BaseHTTPRequestHandler):
    server: EmulatorServer

    def _answer(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        if size > _MAX_BODY_BYTES:
            self.send_error(413)
            return
        body = self.rfile.read(size).decode("utf-8", errors="surrogateescape")
        headers = {name.lower(): value for name, value in self.headers.items()}
        claims = claims_of(headers.pop("authorization", None))
        response = self.server.emulator.http(self.command, self.path, body, claims, headers)
        self.server.emulator.deliver()
        answer = str(response.get("body") or "").encode()
        self.send_response(response["statusCode"])
        for name, value in response["headers"].items():
            self.send_header(name, str(value))
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815  # http.server's names
