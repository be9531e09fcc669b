"""Measure the cold start of a handler: the time to import it in a process, against an empty handler.

The bytecode exists already, as in a built package. Every handler also creates an AWS client with
its first request, which is not measured here.
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


@pytest.mark.benchmark
def test_cold_starts_compared_with_an_empty_handler() -> None:
    handlers = HANDLERS if LONG else HANDLERS[:1]
    programs = {"an empty handler": EMPTY} | {handler: f"import {handler}" for handler in handlers}
    measured: dict[str, list[float]] = {name: [] for name in programs}

    for program in programs.values():
        python("-c", program)  # Once to write the bytecode.
    for _ in range(11 if LONG else 1):
        for name, program in programs.items():
            measured[name].append(_processor_milliseconds(program))

    cost = {name: median(each) for name, each in measured.items()}
    empty = cost["an empty handler"]
    rows = {name: (f"{ms:.0f} ms", f"{ms / empty:.1f}") for name, ms in cost.items()}
    print_table("cold start: CPU time of a process, and its ratio to an empty handler", rows)
    for handler in handlers:
        heaviest = _imports(handler).most_common(10)
        print(f"  {handler}:", ", ".join(f"{name} {us / 1000:.0f}" for name, us in heaviest))


def _processor_milliseconds(program: str) -> float:
    before = _of_children()
    python("-c", program)
    return (_of_children() - before) * 1000


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _imports(handler: str) -> Counter[str]:
    """The microseconds that the modules of each package took. Ours and Powertools' are split further."""
    microseconds: Counter[str] = Counter()
    for line in python("-X", "importtime", "-c", f"import {handler}").stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            steps = name.strip().split(".")
            deep = 2 if steps[0] in ("consentry", "functions", "aws_lambda_powertools") else 1
            microseconds[".".join(steps[:deep])] += int(own)
    return microseconds
