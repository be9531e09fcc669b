"""Every command that reads a file accepts `-` for the standard input."""

import json
import sys
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path

import boto3
import pytest

from consentry.aws import clients
from tests.testkit.builders.permits import claims, signed
from tests.testkit.command_line import OURS, SCOPE_OPTIONS, SCREENING_REQUEST, Run, key_set
from tests.testkit.command_line import REQUEST as DECIDED


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> BytesIO:
    """The standard input. Write to it, then go back to its beginning."""
    content = BytesIO()
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(content))
    return content


def put(typed: BytesIO, content: str) -> None:
    typed.write(content.encode())
    typed.seek(0)


def test_decide_reads_its_request(run: Run, tables: None, typed: BytesIO) -> None:
    put(typed, json.dumps(DECIDED))

    assert run("decide", "-").out.startswith("deny: decision acme~")


def test_import_reads_its_rows(run: Run, tables: None, typed: BytesIO) -> None:
    put(typed, "user_id,ai_opt_out\nana,true\n")

    ended = run("consent", "import", "-", "--customer", "acme")

    assert ended.out.startswith("1 refused")


def test_form_reads_its_text(run: Run, tables: None, typed: BytesIO) -> None:
    put(typed, "May we learn from your meetings?")

    assert len(run("consent", "form", "-", "--customer", "acme", *SCOPE_OPTIONS).out.strip()) == 64


def test_renew_reads_its_people(
    run: Run, tables: None, typed: BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients.eventbridge.cache_clear()
    monkeypatch.setenv("EVENT_BUS", "renewals")
    put(typed, "ana\nben\n")

    output = run("consent", "renew", "acme", "-").out

    assert output == "0 ConsentRenewalDue events published; checked the customer and 2 people\n"


def test_screen_reads_its_request(run: Run, tables: None, typed: BytesIO, tmp_path: Path) -> None:
    location = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3").create_bucket(Bucket="screenings", CreateBucketConfiguration=location)  # type: ignore[arg-type]
    clients.s3.cache_clear()
    (tmp_path / "m.jsonl").write_bytes(b"{}\n")
    put(typed, json.dumps(SCREENING_REQUEST))

    ended = run("screen", tmp_path / "m.jsonl", "-")

    assert ended.out.startswith("the report will be s3://screenings/acme/screenings/")


def test_permit_verify_reads_its_permit(run: Run, typed: BytesIO, tmp_path: Path) -> None:
    now = int(time.time())
    (tmp_path / "keys.json").write_text(json.dumps(key_set(OURS)))
    put(typed, signed(claims(iat=now, nbf=now, exp=now + 600), OURS))

    assert run("permit", "verify", "-", "--key", tmp_path / "keys.json").code == 0


def test_an_error_names_the_standard_input(run: Run, tables: None, typed: BytesIO) -> None:
    put(typed, '{\n "customer": acme}')

    ended = run("decide", "-")

    expected = "error: the standard input: is not one well-formed JSON document: line 2, column 14"
    assert ended.err == f"{expected}\n"
