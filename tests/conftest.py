"""For every test: no AWS account, and no socket unless its folder needs one."""

import os
import random
import socket
from pathlib import Path
from typing import NoReturn

import pytest

TESTS = Path(__file__).parent
WITH_SOCKETS = ("contract", "local", "emulator", "cli", "terms", "project", "benchmarks", "api")
"""Folders of tests that run moto, the emulator or commands."""

pytest_plugins = ["tests.testkit.fixtures", "tests.testkit.api.fixtures"]

FAKE_AWS_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


def pytest_configure() -> None:
    """One seed for all stateful tests of a run, and for all workers: they inherit it."""
    os.environ.setdefault("STATEFUL_TEST_SEED", str(random.randrange(2**32)))  # noqa: S311


def pytest_report_header() -> str:
    return f"STATEFUL_TEST_SEED={os.environ['STATEFUL_TEST_SEED']} repeats the stateful tests of this run"


@pytest.fixture(autouse=True)
def _no_real_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FAKE_AWS_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = request.path.relative_to(TESTS).parts[0]
    if folder not in WITH_SOCKETS and "cloud" not in request.fixturenames:
        for call in ("connect", "connect_ex", "bind"):
            monkeypatch.setattr(socket.socket, call, _refused)
        monkeypatch.setattr(socket, "getaddrinfo", _refused)


def _refused(*_: object) -> NoReturn:
    raise AssertionError("a test of this folder opens no socket")
