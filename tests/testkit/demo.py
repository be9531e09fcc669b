"""The demo in a process of its own, and one run of it that all tests share."""

import fcntl
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from consentry_cli.main import run; run()", "demo"]


@dataclass(frozen=True)
class DemoRun:
    """How a run of the demo ended, what it printed, and the report page it saved, if any."""

    returncode: int
    stdout: str
    stderr: str
    page: str = ""

    def section(self, title: str) -> str:
        """Find the section with this title."""
        return next(each for each in self.stdout.split("\n\n") if each.startswith(title))


def run_demo(*arguments: object) -> DemoRun:
    """Run the demo. It needs a process of its own, since its account is the whole process's."""
    command = [*COMMAND, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603
    return DemoRun(result.returncode, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemoRun:
    """The demo, run once for all tests and all workers of xdist."""
    base = tmp_path_factory.getbasetemp()
    folder = base if worker_id == "master" else base.parent
    stored, page = folder / "demo.json", folder / "demo-page" / "page.html"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released when the file is closed
        if not stored.exists():
            result = asdict(run_demo("--page", page))
            result["page"] = page.read_text("utf-8") if page.exists() else ""
            stored.write_text(json.dumps(result), "utf-8")
    return DemoRun(**json.loads(stored.read_text("utf-8")))
