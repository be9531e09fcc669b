"""The demo as it is typed, and its parts."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from consentry_cli.main import run; run()", "demo"]

# What the demo answers by date.
THREE_DATES = """
  the clock says  audio of    consent  answer by
  2023-04-15      2023-04-15  granted  ALLOW  zoom-terms@2023-03-31, 10.4
                              none     ALLOW  zoom-terms@2023-03-31, 10.4
  2023-08-08      2023-08-08  granted  ALLOW  zoom-terms@2023-08-07, 10.4
                              none     DENY   zoom-terms@2023-08-07, 10.4, paragraph after
  2023-09-01      2023-09-01  granted  DENY   zoom-terms@2023-08-11, 10.2, paragraph after
                              none     DENY   zoom-terms@2023-08-11, 10.2, paragraph after
"""
UNDER_NEXT_TERMS = """
  2023-04-15      2023-03-20  granted  ALLOW  zoom-terms@2023-03-31, 10.4
                              none     DENY   no terms were in force
  2023-08-08      2023-04-15  granted  ALLOW  zoom-terms@2023-08-07, 10.4
                              none     DENY   zoom-terms@2023-08-07, 10.4, paragraph after
  2023-09-01      2023-04-15  granted  DENY   zoom-terms@2023-08-11, 10.2, paragraph after
                              none     DENY   zoom-terms@2023-08-11, 10.2, paragraph after
"""

DemoRun = subprocess.CompletedProcess[str]


def play(*words: object) -> DemoRun:
    # A process of its own: the demo's cloud is its whole process's.
    typed = [*COMMAND, *map(str, words)]
    return subprocess.run(typed, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603


def section(demo_run: DemoRun, title: str) -> str:
    return next(section for section in demo_run.stdout.split("\n\n") if section.startswith(title))
