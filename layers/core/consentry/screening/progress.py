"""How far a long screening is: told step by step, and left in the bucket for whoever waits for the report."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from consentry.screening.repository import ObjectRepository
from consentry.screening.types import MediaType

type Progress = Callable[[int, int], None]
"""Is told how much of the manifest was sorted, and how much there is: bytes of lines, or rows of a table."""

STEPS = 20
LONG_BYTES = 64 * 1024 * 1024
"""A manifest from this size on is worth a look at how far it is; a shorter one is done first."""

PROGRESS = "parts/progress.json"
"""Below a screening's folder. Nothing stands on it: it may lag, be gone, or be an earlier run's."""


@dataclass
class StepProgress:
    """Tells no more than STEPS times how far it is, however often it is told."""

    report: Progress
    reached: int = 0

    def __call__(self, done: int, of: int) -> None:
        """Tell it on if a step was reached."""
        step = done * STEPS // of
        if step > self.reached:
            self.reached = step
            self.report(done, of)


def storing_progress(store: ObjectRepository, folder: str, then: Progress | None) -> Progress:
    """Leaves beside a screening's outputs how far it is, and tells it on."""

    def leave(done: int, of: int) -> None:
        said = json.dumps({"done": done, "of": of}).encode()
        store.write_temporary(f"{folder}/{PROGRESS}", BytesIO(said), MediaType.JSON)

    steps = StepProgress(leave)

    def report(done: int, of: int) -> None:
        steps(done, of)
        if then:
            then(done, of)

    return report
