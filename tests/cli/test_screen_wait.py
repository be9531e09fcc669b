"""`consentry screen --wait`: until the report or the refusal comes, or the time is over."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from consentry.screening.progress import PROGRESS
from tests.cli.conftest import Run


def test_waiting_ends_with_the_report_or_the_refusal_or_without_an_answer(
    run: Run, bucket: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("screen", *files, "--bucket", "screening").out
    report, refusal = (line.split("s3://screening/")[1].split()[0] for line in said.splitlines())
    refusal = refusal.removesuffix(",")
    output = {"rows": 1, "key": "k"}
    told = {"outcome": "deny", "decision_id": "acme~t", "outputs": {"rejected": output}}
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
    assert "rejected 1 rows s3://screening/k" in denied.out
    assert f"for people: s3://screening/{report.removesuffix('json')}html\n" in denied.out
    assert refused.code == 1
    assert "error: body: is bad" in refused.out
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
