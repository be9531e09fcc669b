"""What a door costs before its first answer: importing it, in a process of its own, beside an empty handler.

Bytecode is there already, as in a package that was compiled when it was built. The client of AWS comes on top
for every door, with its first request.
"""

import os
import re
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks.stopwatch import LONG, print_table

ROOT = Path(__file__).parents[2]
EMPTY = "def handle(event, context): return None"
TEMPLATE = (ROOT / "template.yaml").read_text(encoding="utf-8")
HANDLERS = re.findall(r"Handler: (functions\.\w+\.\w+)\.handle", TEMPLATE)
MEASURED_HANDLERS = [
    door for door in HANDLERS if ROOT.joinpath(*door.split(".")).with_suffix(".py").exists()
]
"""The doors that the template names."""

FIRST_USE = {"boto3", "botocore.client", "botocore.session"}
"""What opens a connection to AWS: imported with the first client, never with a door."""
NEVER = {"cedarpy", "moto", "rich", "cyclopts", "orjson", "infra", "samtranslator", "aws_xray_sdk"}
HTTP = {"aws_lambda_powertools.event_handler"}
BATCHES = {"aws_lambda_powertools.utilities.batch"}
SCREENING = {
    "consentry.screening_jobs.screen_manifest",
    "consentry.manifests.screening_request",
}
IDEMPOTENCY = {"aws_lambda_powertools.utilities.idempotency"}
"""Replays stored answers, which is unsafe for an allow."""


def needless(door: str) -> set[str]:
    """The modules that a door must not import."""
    flow, own = door.split(".")[1:]
    unwanted = FIRST_USE | NEVER | IDEMPOTENCY
    unwanted |= HTTP if own != "api" else set()
    unwanted |= BATCHES if own not in ("queue", "stream") else set()
    return unwanted | (SCREENING if flow != "screen" else set())


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(  # noqa: S603 - our own interpreter, our own texts
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize("door", MEASURED_HANDLERS)
def test_a_handler_imports_only_what_it_needs(door: str) -> None:
    loaded = python("-c", f"import sys, {door}; print(*sys.modules)").stdout.split()

    assert needless(door) & set(loaded) == set()


def test_every_handler_of_the_template_is_measured() -> None:
    assert HANDLERS
    assert MEASURED_HANDLERS == HANDLERS


@pytest.mark.benchmark
def test_cold_starts_compared_with_an_empty_handler() -> None:
    doors = MEASURED_HANDLERS if LONG else MEASURED_HANDLERS[:1]
    programs = {"an empty handler": EMPTY} | {door: f"import {door}" for door in doors}
    taken: dict[str, list[float]] = {name: [] for name in programs}

    for program in programs.values():
        python("-c", program)  # Once to write the bytecode.
    for _ in range(11 if LONG else 1):
        for name, program in programs.items():
            taken[name].append(_processor_milliseconds(program))

    cost = {name: median(each) for name, each in taken.items()}
    empty = cost["an empty handler"]
    rows = {name: (f"{ms:.0f} ms", f"{ms / empty:.1f}") for name, ms in cost.items()}
    print_table(
        "cold start: processor's time of a process, and its ratio to an empty handler", rows
    )
    for door in doors:
        heaviest = _imports(door).most_common(10)
        print(f"  {door}:", ", ".join(f"{name} {us / 1000:.0f}" for name, us in heaviest))


def _processor_milliseconds(program: str) -> float:
    before = _of_children()
    python("-c", program)
    return (_of_children() - before) * 1000


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _imports(door: str) -> Counter[str]:
    """The microseconds that each package's own modules took; of ours and Powertools, two steps deep."""
    spent: Counter[str] = Counter()
    for line in python("-X", "importtime", "-c", f"import {door}").stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            steps = name.strip().split(".")
            deep = 2 if steps[0] in ("consentry", "functions", "aws_lambda_powertools") else 1
            spent[".".join(steps[:deep])] += int(own)
    return spent
