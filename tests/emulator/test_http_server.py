"""The HTTP server: on loopback only, with claims from an unsigned token."""

import base64
import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.http_server import EmulatorServer, claims_of

CLAIMS = {"sub": "ann", "consentry_customers": "acme"}


def encoded(claims: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


@pytest.fixture
def address(probes: Emulator) -> Iterator[tuple[str, int]]:
    with EmulatorServer(probes, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[0], server.server_port  # type: ignore[misc]
        server.shutdown()
        thread.join()


def test_a_request_over_loopback_reaches_the_handler(address: tuple[str, int]) -> None:
    host, port = address
    connection = HTTPConnection(host, port)

    headers = {"Authorization": f"Bearer {json.dumps(CLAIMS)}", "content-type": "application/json"}
    connection.request("POST", "/things?a=1", body=b'{"b": 2}', headers=headers)
    event = json.loads(connection.getresponse().read())["event"]
    connection.close()
    assert host == "127.0.0.1"
    assert event["body"] == '{"b": 2}'
    assert event["rawQueryString"] == "a=1"
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == "ann"
    assert "authorization" not in event["headers"]


def test_without_a_token_it_answers_401(address: tuple[str, int]) -> None:
    connection = HTTPConnection(*address)

    connection.request("GET", "/things/fixed")
    status = connection.getresponse().status
    connection.close()
    assert status == 401


@pytest.mark.parametrize(
    "token",
    [json.dumps(CLAIMS), encoded(CLAIMS), f"{encoded({'alg': 'none'})}.{encoded(CLAIMS)}.sig"],
    ids=["json", "base64", "jwt"],
)
def test_claims_are_read_from_a_bearer_token(token: str) -> None:
    assert claims_of(f"Bearer {token}") == CLAIMS


@pytest.mark.parametrize(
    "header", [None, "", "Basic x", "Bearer", "Bearer !", "Bearer [1]", "Bearer a.b"]
)
def test_a_header_without_claims_names_no_caller(header: str | None) -> None:
    assert claims_of(header) is None
