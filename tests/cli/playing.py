"""The demo as it is typed, and its parts."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from infra.cli.main import run; run()", "demo"]

Played = subprocess.CompletedProcess[str]


def play(*words: object) -> Played:
    # A process of its own: the demo's cloud is its whole process's.
    typed = [*COMMAND, *map(str, words)]
    return subprocess.run(typed, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603


def part(played: Played, title: str) -> str:
    return next(part for part in played.stdout.split("\n\n") if part.startswith(title))
