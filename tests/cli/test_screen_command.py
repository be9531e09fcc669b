"""`consentry screen` uploads a manifest and its request as a pipeline does."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.testkit.builders.screenings import CONSTANTS, rttm_line
from tests.testkit.command_line import SCREENING_REQUEST, Run, deploy


def keys(client: Any) -> list[str]:
    return [each["Key"] for each in client.list_objects_v2(Bucket="screening").get("Contents", [])]


def test_the_manifest_and_the_request_are_uploaded_and_the_report_key_is_printed(
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


def test_a_manifest_can_be_rttm(run: Run, bucket: Any, files: tuple[Path, Path]) -> None:
    speech = files[0].with_suffix(".rttm")
    speech.write_bytes(rttm_line("m1", "ann"))
    files[1].write_text(json.dumps(SCREENING_REQUEST | {"fields": CONSTANTS}))

    assert run("screen", speech, files[1], "--bucket", "screening").code == 0
    assert any(key.endswith(".rttm") for key in keys(bucket))


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (".CSV", "csv"),
        (".parquet", "parquet"),
        (".manifest", "jsonl"),
        (".json", "jsonl"),
        (".tsv", "tsv"),
        (".jsonl.gz", "jsonl"),
        (".csv.ZST", "csv"),
    ],
)
def test_the_end_of_the_name_is_the_format(
    run: Run, bucket: Any, files: tuple[Path, Path], ending: str, expected: str
) -> None:
    listing = files[0].rename(files[0].with_suffix(ending))

    assert run("screen", listing, files[1], "--bucket", "screening").code == 0
    (key,) = (key for key in keys(bucket) if "/requests/" in key)
    sent = json.loads(bucket.get_object(Bucket="screening", Key=key)["Body"].read())
    assert sent["manifest"]["format"] == expected


@pytest.mark.parametrize("ending", [".txt", ".gz", ".jsonlines", ".jsonl.bz2", ""])
def test_a_manifest_of_unknown_format_is_not_uploaded(
    run: Run, bucket: Any, files: tuple[Path, Path], ending: str
) -> None:
    unknown = files[0].rename(files[0].with_suffix(ending))

    ended = run("screen", unknown, files[1], "--bucket", "screening")

    assert ended.code == 1
    assert ended.err.startswith(f"error: {unknown}: its name must end in one of .jsonl, ")
    assert keys(bucket) == []


def test_a_stack_provides_the_bucket(
    run: Run, bucket: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCREENING_BUCKET")
    deploy("prod", {"ScreeningBucketName": "screening"})

    assert run("screen", *files, "--stack", "prod").code == 0
    assert len(keys(bucket)) == 2
    assert "SCREENING_BUCKET: not set" in run("screen", *files).err


def test_an_error_names_the_missing_file(run: Run, bucket: Any, files: tuple[Path, Path]) -> None:
    gone = files[1].with_name("gone.json")

    ended = run("screen", files[0], gone, "--bucket", "screening")

    assert ended.err == f"error: {gone}: cannot be read: No such file or directory\n"


@pytest.mark.parametrize(
    "changes",
    [{"manifest": {}}, {"customer": "a/b"}, {"consented": True}, {"fields": {}}],
)
def test_a_request_that_the_screening_would_reject_is_not_uploaded(
    run: Run, bucket: Any, files: tuple[Path, Path], changes: dict[str, Any]
) -> None:
    files[1].write_text(json.dumps(SCREENING_REQUEST | changes))

    ended = run("screen", *files, "--bucket", "screening")

    assert ended.code == 1
    assert ended.err.startswith("error: ")
    assert keys(bucket) == []
