"""Reports the progress of a long screening, and stores it in the bucket for a user who waits."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from consentry.screening.repository import ObjectRepository
from consentry.screening.types import MediaType

type Progress = Callable[[int, int], None]
"""Called with how much of the manifest is done, and how much there is: bytes of lines, or rows of a table."""

STEPS = 20
LONG_BYTES = 64 * 1024 * 1024
"""A manifest from this size on is worth a look at how far it is; a shorter one is done first."""

PROGRESS = "parts/progress.json"
"""In the screening's folder. Nothing depends on it: it may be late, missing, or from an earlier run."""


@dataclass
class StepProgress:
    """Reports progress at most STEPS times."""

    report: Progress
    reached: int = 0

    def __call__(self, done: int, of: int) -> None:
        """Report if a step was reached."""
        step = done * STEPS // of
        if step > self.reached:
            self.reached = step
            self.report(done, of)


def storing_progress(store: ObjectRepository, folder: str, then: Progress | None) -> Progress:
    """Stores the progress next to the outputs, and reports it."""

    def leave(done: int, of: int) -> None:
        said = json.dumps({"done": done, "of": of}).encode()
        store.write_temporary(f"{folder}/{PROGRESS}", BytesIO(said), MediaType.JSON)

    steps = StepProgress(leave)

    def report(done: int, of: int) -> None:
        steps(done, of)
        if then:
            then(done, of)

    return report
