"""Runs commands as an operator types them, on tables of moto in this process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from consentry.aws import clients
from consentry.aws.dependencies import forget
from consentry.aws.table import Table
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from consentry_cli.main import run as run_command_line
from consentry_emulator.table_snapshots import shared_item_snapshots
from tests.testkit.command_line import SCREENING_REQUEST, TABLES, CommandResult, Run
from tests.testkit.fakes.dynamodb_tables import create_tables

ENVIRONMENT = TABLES | {
    "SCREENING_BUCKET": "screenings",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "COLUMNS": "120",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command: its exit code, output and errors."""

    def run_command(*words: object) -> CommandResult:
        with pytest.raises(SystemExit) as ended:
            run_command_line(*map(str, words))
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return CommandResult(ended.value.code, printed.out, printed.err)

    return run_command


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tables with the customer acme and nothing else, named by the environment."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    _reset_caches()
    with mock_aws(), shared_item_snapshots():
        client = boto3.client("dynamodb")
        create_tables(client)
        table = Table(TABLES["KEY_TABLE"], lambda: client, lambda _: None)
        DynamoDBPseudonymRepository(table).key_of("acme")
        yield
    _reset_caches()


@pytest.fixture
def bucket(tables: None) -> Any:
    client = boto3.client("s3")
    location: Any = {"LocationConstraint": "eu-west-1"}
    client.create_bucket(Bucket="screening", CreateBucketConfiguration=location)
    return client


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "m 1.jsonl").write_bytes(b'{"people": []}\n')
    (tmp_path / "r.json").write_text(json.dumps(SCREENING_REQUEST))
    return tmp_path / "m 1.jsonl", tmp_path / "r.json"


def _reset_caches() -> None:
    """Drop the clients and repositories that a process keeps; here each test is one."""
    clients.dynamodb.cache_clear()
    forget()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file for a test to write."""
    return tmp_path / "people.csv"
