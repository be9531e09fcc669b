"""For every test: no AWS account, no socket unless its folder needs one, and one seed for a run."""

import os
import random
import socket
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from tests.testkit.campaign import CAMPAIGN, examples

TESTS = Path(__file__).parent
WITH_SOCKETS = ("contract", "emulator", "cli", "terms", "project", "benchmarks", "api")
"""Folders of tests that run moto, the emulator or commands."""

# The words of requests are checked when a document is read, also by modules that build one on import.
os.environ |= {"ARROW_DEFAULT_MEMORY_POOL": "system"}  # As template.yaml sets it.
os.environ |= {"TERMS_DIRECTORY": str(TESTS.parent / ".build" / "terms"), "VOCABULARY": "meetings"}

pytest_plugins = [
    "tests.testkit.fixtures",
    "tests.testkit.api.fixtures",
    "tests.testkit.demo",
]

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
    """Choose one seed for all random tests of a run. The workers of xdist inherit it."""
    os.environ.setdefault("TEST_SEED", str(random.randrange(2**32)))  # noqa: S311
    settings.register_profile("run", max_examples=examples(25, 200), deadline=None, database=None)
    settings.load_profile("run")


def pytest_report_header() -> str:
    seed = os.environ["TEST_SEED"]
    return f"CAMPAIGN={CAMPAIGN} SEED={seed}: `make test SEED={seed}` repeats the random tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a campaign enlarges: random examples, random histories and interleavings."""
    for item in items:
        is_random = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if is_random or item.path.stem.endswith(("_interleavings", "_stateful_model")):
            item.add_marker(pytest.mark.campaign)


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
            monkeypatch.setattr(socket.socket, call, _reject_socket)
        monkeypatch.setattr(socket, "getaddrinfo", _reject_socket)


def _reject_socket(*_: object) -> NoReturn:
    raise AssertionError("a test of this folder opens no socket")
