"""For every test: no AWS but a pretended one; and no socket at all on the floors that need none."""

import os
import random
import socket
from pathlib import Path
from typing import NoReturn

import pytest

TESTS = Path(__file__).parent
WITHOUT_SOCKETS = (TESTS / "domain", TESTS / "flows")

PRETENDED = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


def pytest_configure() -> None:
    """One seed for all random lives of a run, and for all workers: they inherit it."""
    os.environ.setdefault("LIFE_SEED", str(random.randrange(2**32)))  # noqa: S311


def pytest_report_header() -> str:
    return f"LIFE_SEED={os.environ['LIFE_SEED']} repeats the random lives of this run"


@pytest.fixture(autouse=True)
def _no_real_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRETENDED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if any(request.path.is_relative_to(floor) for floor in WITHOUT_SOCKETS):
        for call in ("connect", "connect_ex", "bind"):
            monkeypatch.setattr(socket.socket, call, _refused)
        monkeypatch.setattr(socket, "getaddrinfo", _refused)


def _refused(*_: object) -> NoReturn:
    raise AssertionError("a test of this floor opens no socket")
