"""Each call of a handler ends a second before Lambda would stop the function, whatever AWS does."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from consentry.aws import clients, dependencies
from consentry_emulator.emulator import Emulator
from consentry_emulator.runtime import LambdaContext
from consentry_emulator.sam_transform import read_template
from functions.decisions import http
from tests.testkit.handlers import ENVIRONMENT

REPOSITORY = Path(__file__).parents[2]
EVENT = json.loads((REPOSITORY / "events/decisions/http-train-after-grant.json").read_text())
LIMIT = read_template(REPOSITORY / "template.yaml")["Globals"]["Function"]["Timeout"]


@pytest.fixture
def address_without_answers() -> Iterator[str]:
    """The address of a server that accepts connections and requests and never answers."""
    accepted: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):  # The listener was closed.
            while True:
                accepted.append(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in accepted:
        connection.close()


@pytest.fixture
def _new_clients() -> Iterator[None]:
    """Clients and a deadline of this test only."""
    before = clients._deadline.at

    def forget() -> None:
        clients.dynamodb.cache_clear()
        clients.dynamodb_without_retries.cache_clear()
        dependencies.forget()

    forget()
    yield
    forget()
    clients._deadline.at = before


def context(seconds: float) -> LambdaContext:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:test"
    return LambdaContext("test", arn, 512, "1", "log", time.monotonic() + seconds)


@pytest.mark.usefixtures("_new_clients")
def test_a_dynamodb_that_never_answers_gives_503_with_a_second_left(
    address_without_answers: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {
        **ENVIRONMENT,
        "AWS_ENDPOINT_URL_DYNAMODB": address_without_answers,
    }.items():
        monkeypatch.setenv(name, value)
    invocation: Any = context(LIMIT)

    answer = http.handle(EVENT, invocation)

    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["problem"] == "service unavailable"
    assert '"RequestFailed":[1.0]' in capsys.readouterr().out
    assert invocation.get_remaining_time_in_millis() >= 1000


@pytest.mark.usefixtures("_new_clients")
def test_no_call_begins_that_could_outlast_the_function(
    address_without_answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address_without_answers)
    clients.limit(clients.CONNECT_SECONDS + clients.READ_SECONDS + clients.RESERVED_SECONDS - 0.01)
    started = time.monotonic()

    with pytest.raises(clients.NoTimeLeftError):
        clients.dynamodb().list_tables()
    with pytest.raises(clients.NoTimeLeftError):
        clients.wait(0.01)

    assert time.monotonic() - started < clients.READ_SECONDS


@pytest.mark.usefixtures("_new_clients")
@pytest.mark.parametrize("limit", [4.1, 6, 8])
def test_a_call_that_hangs_leaves_a_second_at_any_time(
    limit: float, address_without_answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address_without_answers)
    ends = time.monotonic() + limit
    clients.limit(limit)

    with pytest.raises((clients.NoTimeLeftError, ReadTimeoutError)):
        clients.dynamodb().list_tables()

    assert ends - time.monotonic() >= 0.98


def test_a_command_has_no_deadline() -> None:
    assert clients._Deadline().at == float("inf")


def test_every_handler_limits_its_calls(cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    limited: list[str] = []

    def remaining(invocation: LambdaContext) -> int:
        limited.append(invocation.function_name)
        return 10_000

    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", remaining)
    functions = cloud.wiring.functions.values()
    for function in functions:
        cloud.invoke(function.logical_id, {})

    assert set(limited) == {function.name for function in functions}
