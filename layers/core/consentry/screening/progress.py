"""Reports the progress of a long screening, and stores it in the bucket for a user who waits."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from consentry.manifests.limits import DEFAULT_LIMITS
from consentry.screening.repository import MediaType, ObjectRepository

type Progress = Callable[[int, int], None]
"""Called with the amount that is done, and the total: bytes of lines, or rows of Parquet."""

PROGRESS = "parts/progress.json"
"""A file in the screening's folder. Nothing depends on it: it may be late, missing or from an earlier run."""


@dataclass
class StepProgress:
    """Reports progress once per step."""

    report: Progress
    steps: int = DEFAULT_LIMITS.progress_steps
    reached: int = 0

    def __call__(self, done: int, total: int) -> None:
        """Report if a new step is reached."""
        step = done * self.steps // total
        if step > self.reached:
            self.reached = step
            self.report(done, total)


def store_progress(done: int, total: int, *, folder: str, store: ObjectRepository) -> None:
    """Write the progress next to the outputs."""
    progress = json.dumps({"done": done, "of": total}).encode()
    store.write_temporary(f"{folder}/{PROGRESS}", BytesIO(progress), MediaType.JSON)
