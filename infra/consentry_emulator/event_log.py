"""What happened to each event: the log that tests and commands read."""

from dataclasses import dataclass
from typing import Any, Self

from consentry_emulator.runtime import FunctionError, InvocationResult
from consentry_emulator.stack_wiring import Function


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event (or batch) at one function, after all its attempts.

    `function` is None if no rule matched the event; on AWS nothing happens then. After the last failed attempt,
    `dead_letter_queue` names the queue that got the event; `lost` means that none did.
    """

    trigger: str
    event: Any
    function: str | None
    answer: Any = None
    error: FunctionError | None = None
    attempts: int = 1
    log: str = ""
    seconds: float = 0.0
    dead_letter_queue: str | None = None
    lost: bool = False

    @classmethod
    def of(
        cls, trigger: str, event: Any, function: Function, result: InvocationResult, **ended: Any
    ) -> Self:
        """The delivery that ended with an invocation; `ended`: the attempts and the dead-letter queue."""
        return cls(
            trigger,
            event,
            function.logical_id,
            result.payload,
            result.error,
            log=result.log,
            seconds=result.seconds,
            **ended,
        )


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in a dead-letter queue."""

    queue: str
    body: str
    attributes: dict[str, str]
