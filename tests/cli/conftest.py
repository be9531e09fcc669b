"""Commands as an operator types them, on tables that moto keeps in this process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from consentry.aws import clients, stores
from infra.cli.main import app
from tests.fakes.tables import create_tables

TABLES = {
    "CONSENT_TABLE": "consents",
    "DECISION_TABLE": "decisions",
    "KEY_TABLE": "keys",
    "DATA_SET_TABLE": "datasets",
}
ENVIRONMENT = TABLES | {
    "SCREENING_BUCKET": "screenings",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "COLUMNS": "120",
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


type Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """One command: its exit code, output and errors."""

    def typed(*words: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            app([str(word) for word in words])
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, printed.out, printed.err)

    return typed


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables, empty, and named by the environment."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    _forget()
    with mock_aws():
        create_tables(boto3.client("dynamodb"))
        yield
    _forget()


def _forget() -> None:
    """Clients and stores are kept for a process's life; here a test is one."""
    clients.dynamodb.cache_clear()
    stores._opened.cache_clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes what it imports."""
    return tmp_path / "people.csv"
