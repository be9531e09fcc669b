"""`consentry screen --wait`: until there is a report or an error, or the time is over."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from consentry.screening.progress import PROGRESS
from tests.testkit.command_line import Run


def test_waiting_ends_with_the_report_or_an_error_or_at_the_end_of_the_time(
    run: Run, bucket: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run("screen", *files, "--bucket", "screening").out
    report, error = (line.split("s3://screening/")[1].split()[0] for line in output.splitlines())
    error = error.removesuffix(",")
    file = {"rows": 1, "key": "k"}
    result = {"outcome": "deny", "decision_id": "acme~t", "outputs": {"rejected": file}}
    arriving = [(report, result), (error, {"field": "body", "problem": "is bad"})]

    def arrives(_: float) -> None:
        if arriving:
            key, document = arriving.pop(0)
            bucket.put_object(Bucket="screening", Key=key, Body=json.dumps(document).encode())

    monkeypatch.setattr(time, "sleep", arrives)
    bucket.put_bucket_versioning(Bucket="screening", VersioningConfiguration={"Status": "Enabled"})
    denied, invalid, nothing = (
        run("screen", *files, "--bucket", "screening", "--wait", wait) for wait in (5, 5, 0.3)
    )

    assert denied.code == 3
    assert "rejected  1 row  s3://screening/k" in denied.out
    assert f"for people: s3://screening/{report.removesuffix('json')}html\n" in denied.out
    assert invalid.code == 1
    assert "error: body: is bad" in invalid.out
    assert nothing.code == 1
    assert "no report within" in nothing.err


def test_while_waiting_a_terminal_shows_the_progress(
    run: Run, bucket: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run("screen", *files, "--bucket", "screening").out
    report = output.splitlines()[0].split("s3://screening/")[1]
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


@pytest.mark.parametrize("cleared", [False, True])
def test_an_error_that_is_retried_or_cleared_is_no_result(
    run: Run,
    bucket: Any,
    files: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    cleared: bool,
) -> None:
    output = run("screen", *files, "--bucket", "screening").out
    report, error = (line.split("s3://screening/")[1].split()[0] for line in output.splitlines())
    retried = {"error": "unavailable", "field": None, "problem": "failed", "retried": True}
    empty = {"error": None, "field": None, "problem": None, "retried": False}
    arriving = [
        (error.removesuffix(","), empty if cleared else retried),
        (report, {"outcome": "allow", "decision_id": "acme~t", "outputs": {}}),
    ]

    def arrives(_: float) -> None:
        key, document = arriving.pop(0)
        bucket.put_object(Bucket="screening", Key=key, Body=json.dumps(document).encode())

    monkeypatch.setattr(time, "sleep", arrives)
    ended = run("screen", *files, "--bucket", "screening", "--wait", 5)

    assert ended.code == 0
    assert "allow: decision acme~t" in ended.out
