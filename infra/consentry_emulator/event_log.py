"""What happened to each event: the record that the demo prints and the tests read."""

from dataclasses import dataclass
from typing import Any

from consentry_emulator.runtime import FunctionError


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event (or batch) at one function, after all its attempts.

    `function` is None where no rule took the event: on AWS nothing happens then. `kept` names the queue that
    keeps what failed for good; `lost` says that nothing does.
    """

    trigger: str
    event: Any
    function: str | None
    answer: Any = None
    error: FunctionError | None = None
    attempts: int = 0
    log: str = ""
    seconds: float = 0.0
    dead_letter_queue: str | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in a dead-letter queue."""

    queue: str
    body: str
    attributes: dict[str, str]
