"""A scenario to explore, and a state that an exploration reaches."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.faults import Fault
from tests.testkit.interleaving.actors import Call, Progress, Work
from tests.testkit.interleaving.linearizability import Event, Ledger
from tests.testkit.interleaving.store_snapshot import StoreSnapshot


@dataclass(frozen=True)
class Scenario:
    """What to explore.

    `given` writes the first state, and `ledger` says the same to the linearizability checker. Each
    actor does its works in order, concurrently with the other actors. `then` runs after all of
    them, one work after the other.
    """

    given: Callable[[FakeDynamoDB], None]
    ledger: Ledger
    actors: tuple[tuple[Work, ...], ...]
    then: tuple[Work, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """The delivery that an actor is at: the number of its work, and of the attempt at it."""

    work: int
    attempt: int
    progress: Progress
    began: bool = False


@dataclass(frozen=True, slots=True)
class ExplorationState:
    """Everything that the rest of a schedule depends on, and the history to check at its end.

    `late`: puts with a lost answer that may still be applied, in the order of the steps.
    """

    stored: StoreSnapshot
    actors: tuple[Actor | None, ...]
    faults: int
    history: tuple[Event, ...] = ()
    late: tuple[Call, ...] = ()


def describe_step(number: int, actor: Actor, call: Call, fault: Fault | None) -> str:
    """One step, as a counterexample prints it."""
    operation = actor.progress.work.operation
    delivery = f"actor {number} {operation.kind} {operation.id} (delivery {actor.attempt + 1})"
    return f"{delivery}: {call.name}" + (f": {fault}" if fault else "")
