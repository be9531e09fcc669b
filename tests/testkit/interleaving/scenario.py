"""What is explored: who has what to get done, and how far they and the stores have come."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.faults import Fault
from tests.testkit.interleaving.actors import Call, Progress, Work
from tests.testkit.interleaving.linearizability import Event, Ledger
from tests.testkit.interleaving.store_snapshot import StoreSnapshot


@dataclass(frozen=True)
class Scenario:
    """What was before, what the actors have to get done at once, and what is asked when all is over."""

    given: Callable[[FakeDynamoDB], None]
    ledger: Ledger
    actors: tuple[tuple[Work, ...], ...]
    then: tuple[Work, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor's delivery under way; `work` counts what it got done before."""

    work: int
    attempt: int
    progress: Progress
    began: bool = False


@dataclass(frozen=True, slots=True)
class ExplorationState:
    """All that the future depends on, and the history that it is judged by."""

    stored: StoreSnapshot
    actors: tuple[Actor | None, ...]
    faults: int
    history: tuple[Event, ...] = ()


def line_of(place: int, actor: Actor, call: Call, fault: Fault | None) -> str:
    """One step, as a counterexample prints it."""
    does = actor.progress.work.operation
    said = f"actor {place} {does.does} {does.id} (delivery {actor.attempt + 1}): {call.name}"
    return f"{said}: {fault}" if fault else said
