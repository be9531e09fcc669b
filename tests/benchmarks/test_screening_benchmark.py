"""Measure a screening against the Cedar engine row by row and against copying the bytes, and its memory."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import process_time

import pyarrow as pa
import pytest

from consentry.decisions.inputs import Evidence, Facts, party_status
from consentry.manifests.formats.jsonl import JsonlRowReader
from consentry.manifests.model import ManifestFormat
from tests.benchmarks.baselines import cedar_engine, cedar_question
from tests.benchmarks.large_manifests import (
    GRANTED,
    copied,
    json_lines,
    parquet_file,
    rewritten,
    screened,
    states_of,
    use_request,
)
from tests.benchmarks.stopwatch import LONG, print_table
from tests.testkit.builders.dependencies import NOW

ROWS = 1_000_000 if LONG else 20_000
BY_CEDAR = 20_000 if LONG else 2_000
SIZES = (100_000, 1_000_000, 10_000_000) if LONG else (20_000, 40_000)
PEAK = """
import resource
from tests.benchmarks.large_manifests import json_lines
from tests.benchmarks.large_manifests import screened
rows = screened(json_lines({rows}), "jsonl")
assert rows["admitted"] + rows["rejected"] == {rows}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    before = pa.cpu_count()
    pa.set_cpu_count(1)
    yield
    pa.set_cpu_count(before)


def by_cedar(lines: list[bytes]) -> tuple[int, float]:
    """The number of rows that Cedar allows and its seconds, without reading rows and looking up people."""
    request, engine, reader = (
        use_request("jsonl"),
        cedar_engine(),
        JsonlRowReader(use_request("jsonl").fields),
    )
    status, questions = partial(party_status, at=NOW, invalidated_before=None), []
    for line in lines:
        row = reader.row(line)
        use = request.use
        facts = Facts(
            row.data,
            use.operation,
            use.service,
            request.model_owner,
            row.collected_at,
            row.collected_by,
        )
        states = states_of([person for person, _ in row.people])
        people = [status(states[p], facts, role=role) for p, role in row.people]
        evidence = Evidence(status(GRANTED, facts), tuple(people))
        questions.append(cedar_question(facts, evidence))
    start = process_time()
    allowed = sum(map(engine.allows, questions))
    return allowed, process_time() - start


def taken(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def test_cedar_admits_the_same_rows() -> None:
    lines = b"".join(json_lines(3_000))

    allowed, _ = by_cedar(lines.splitlines())

    assert screened([lines], ManifestFormat.JSONL)["admitted"] == allowed > 0


@pytest.mark.benchmark
def test_screening_json_lines_compared_with_cedar_and_copying() -> None:
    chunks = list(json_lines(ROWS))
    first = b"".join(chunks[: -(-BY_CEDAR // 10_000)]).splitlines()[:BY_CEDAR]

    ours = taken(lambda: screened(chunks, ManifestFormat.JSONL)) / ROWS
    copy = taken(lambda: copied(chunks)) / ROWS
    cedar = by_cedar(first)[1] / BY_CEDAR

    each = {"screened": ours, "copied": copy, "cedarpy alone": cedar}
    rows = {name: (f"{seconds * 1e6:.2f} us",) for name, seconds in each.items()}
    print_table(f"{ROWS} JSON lines, 1 to 8 people each, one core: processor's time of a row", rows)
    print(f"  cedarpy alone / screened  {cedar / ours:6.1f}   (goal: at least 30)")
    print(f"  screened / copied         {ours / copy:6.1f}")


@pytest.mark.benchmark
def test_screening_parquet_compared_with_rewriting() -> None:
    content = parquet_file(ROWS)

    ours = taken(lambda: screened([content], ManifestFormat.PARQUET))
    rewrite = taken(lambda: rewritten(content))

    print_table(
        f"{ROWS} rows of Parquet",
        {"screened": (f"{ours:.2f} s",), "rewritten": (f"{rewrite:.2f} s",)},
    )
    print(f"  screened / rewritten      {ours / rewrite:6.2f}   (goal: at most 1.25)")


@pytest.mark.benchmark
def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    peaks = {}
    for rows in SIZES:
        completed = subprocess.run(  # noqa: S603 - this interpreter, our own words
            [sys.executable, "-c", PEAK.format(rows=rows)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks[f"{rows} rows"] = (f"{int(completed.stdout)} MB",)
    print_table("JSON lines: the most memory that a run held", peaks)
