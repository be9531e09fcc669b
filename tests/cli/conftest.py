"""Commands as an operator types them, on tables that moto keeps in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from consentry.aws import clients
from consentry.aws.dependencies import forget
from consentry_cli.main import app
from consentry_emulator.table_snapshots import shared_item_snapshots
from tests.testkit.builders.dependencies import FINE_TUNE
from tests.testkit.builders.screenings import FIELDS
from tests.testkit.fakes.dynamodb_tables import create_tables

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

SCREENED = {
    "request_id": "s-1",
    "customer": "acme",
    "use": FINE_TUNE,
    "model_owner": "first_party",
    "declared_by": "curator",
    "fields": FIELDS,
}
"""A request to screen, as an operator writes it."""


@dataclass(frozen=True)
class CommandResult:
    """How a command ended."""

    code: int
    out: str
    err: str


type Run = Callable[..., CommandResult]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """One command: its exit code, output and errors."""

    def typed(*words: object) -> CommandResult:
        with pytest.raises(SystemExit) as ended:
            app([str(word) for word in words])
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return CommandResult(ended.value.code, printed.out, printed.err)

    return typed


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables, empty, and named by the environment."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    _reset_caches()
    with mock_aws(), shared_item_snapshots():
        create_tables(boto3.client("dynamodb"))
        yield
    _reset_caches()


@pytest.fixture
def bucket(tables: None) -> Any:
    client = boto3.client("s3")
    place: Any = {"LocationConstraint": "eu-west-1"}
    client.create_bucket(Bucket="screening", CreateBucketConfiguration=place)
    return client


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "m 1.jsonl").write_bytes(b'{"people": []}\n')
    (tmp_path / "r.json").write_text(json.dumps(SCREENED))
    return tmp_path / "m 1.jsonl", tmp_path / "r.json"


def _reset_caches() -> None:
    """Clients and stores are kept for a process's life; here a test is one."""
    clients.dynamodb.cache_clear()
    forget()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes what it imports."""
    return tmp_path / "people.csv"
