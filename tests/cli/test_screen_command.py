"""`consentry screen`: a manifest and its request are dropped as a pipeline would drop them."""

import json
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from consentry.flows.screening.screening_progress import PROGRESS
from tests.cli.conftest import Run
from tests.fakes.screenings import CONSTANTS, FIELDS, spoken
from tests.fakes.worlds import FINE_TUNE

REQUEST = {
    "request_id": "s-1",
    "customer": "acme",
    "use": FINE_TUNE,
    "model_owner": "first_party",
    "declared_by": "curator",
    "fields": FIELDS,
}


@pytest.fixture
def bucket(tables: None) -> Any:
    client = boto3.client("s3")
    place: Any = {"LocationConstraint": "eu-west-1"}
    client.create_bucket(Bucket="screening", CreateBucketConfiguration=place)
    return client


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "m 1.jsonl").write_bytes(b'{"people": []}\n')
    (tmp_path / "r.json").write_text(json.dumps(REQUEST))
    return tmp_path / "m 1.jsonl", tmp_path / "r.json"


def keys(client: Any) -> list[str]:
    return [each["Key"] for each in client.list_objects_v2(Bucket="screening").get("Contents", [])]


def test_the_manifest_and_the_request_lie_in_the_bucket_and_the_reports_place_is_told(
    run: Run, bucket: Any, files: tuple[Path, Path]
) -> None:
    ended = run("screen", *files, "--bucket", "screening")

    manifest, request = keys(bucket)
    sent = json.loads(bucket.get_object(Bucket="screening", Key=request)["Body"].read())
    assert ended.code == 0
    assert request == "acme/requests/s-1.json"
    assert sent["manifest"] == {"key": manifest, "format": "jsonl"}
    assert manifest.endswith("/m 1.jsonl")
    assert "s3://screening/acme/screenings/" in ended.out


def test_rttm_is_told_by_its_name(run: Run, bucket: Any, files: tuple[Path, Path]) -> None:
    speech = files[0].with_suffix(".rttm")
    speech.write_bytes(spoken("m1", "ann"))
    files[1].write_text(json.dumps(REQUEST | {"fields": CONSTANTS}))

    assert run("screen", speech, files[1], "--bucket", "screening").code == 0
    assert any(key.endswith(".rttm") for key in keys(bucket))


def test_csv_is_told_by_its_name(run: Run, bucket: Any, files: tuple[Path, Path]) -> None:
    listing = files[0].with_suffix(".CSV")
    listing.write_bytes(b"people\nann\n")

    assert run("screen", listing, files[1], "--bucket", "screening").code == 0
    (key,) = (key for key in keys(bucket) if "/requests/" in key)
    sent = json.loads(bucket.get_object(Bucket="screening", Key=key)["Body"].read())
    assert sent["manifest"]["format"] == "csv"


@pytest.mark.parametrize(
    "changes",
    [{"manifest": {}}, {"customer": "a/b"}, {"consented": True}, {"fields": {}}],
)
def test_a_request_that_the_door_would_refuse_is_not_sent(
    run: Run, bucket: Any, files: tuple[Path, Path], changes: dict[str, Any]
) -> None:
    files[1].write_text(json.dumps(REQUEST | changes))

    ended = run("screen", *files, "--bucket", "screening")

    assert ended.code == 1
    assert ended.err.startswith("refused: ")
    assert keys(bucket) == []


def test_waiting_ends_with_the_report_or_the_refusal_or_without_an_answer(
    run: Run, bucket: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("screen", *files, "--bucket", "screening").out
    report, refusal = (line.split("s3://screening/")[1].split()[0] for line in said.splitlines())
    refusal = refusal.removesuffix(",")
    output = {"rows": 1, "key": "k"}
    told = {"outcome": "deny", "decision_id": "acme~t", "outputs": {"refused": output}}
    arriving = [(report, told), (refusal, {"field": "body", "problem": "is bad"})]

    def arrives(_: float) -> None:
        if arriving:
            key, document = arriving.pop(0)
            bucket.put_object(Bucket="screening", Key=key, Body=json.dumps(document).encode())

    monkeypatch.setattr(time, "sleep", arrives)
    bucket.put_bucket_versioning(Bucket="screening", VersioningConfiguration={"Status": "Enabled"})
    denied, refused, nothing = (
        run("screen", *files, "--bucket", "screening", "--wait", wait) for wait in (5, 5, 0.3)
    )

    assert denied.code == 3
    assert "refused 1 rows s3://screening/k" in denied.out
    assert f"for people: s3://screening/{report.removesuffix('json')}html\n" in denied.out
    assert refused.code == 1
    assert "refused: body: is bad" in refused.out
    assert nothing.code == 1
    assert "no report within" in nothing.err


def test_while_waiting_a_terminal_shows_how_far_it_is(
    run: Run, bucket: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("screen", *files, "--bucket", "screening").out
    report = said.splitlines()[0].split("s3://screening/")[1]
    progress = f"{report.removesuffix('report.json')}{PROGRESS}"
    arriving: list[tuple[str, dict[str, Any]]] = [
        (progress, {"done": 1, "of": 8}),
        (progress, {"done": 3, "of": 4}),
        (report, {"outcome": "allow", "decision_id": "acme~t", "outputs": {}}),
    ]

    def arrives(_: float) -> None:
        key, document = arriving.pop(0)
        bucket.put_object(Bucket="screening", Key=key, Body=json.dumps(document).encode())

    monkeypatch.setattr(time, "sleep", arrives)
    monkeypatch.setenv("FORCE_COLOR", "1")

    ended = run("screen", *files, "--bucket", "screening", "--wait", 60)

    assert ended.code == 0
    assert "12%" in ended.err
    assert "75%" in ended.err.partition("12%")[2]
