"""Every interleaving of a few actors at the granularity of the client's calls, with faults at any of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from consentry.decisions.decision import Decision
from consentry.kernel.errors import PermitError
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.faults import Fault, FaultyClient
from tests.testkit.interleaving.actors import Answer, Call, Progress
from tests.testkit.interleaving.invariants import answer_violation, write_violation
from tests.testkit.interleaving.linearizability import (
    ALLOW,
    DENY,
    DONE,
    Event,
    deliveries_of,
    linearizable,
)
from tests.testkit.interleaving.permit_invariants import ALLOWED_ANSWERS
from tests.testkit.interleaving.scenario import Actor, ExplorationState, Scenario, line_of
from tests.testkit.interleaving.store_snapshot import StoreSnapshot

READ_FAULTS = (None, Fault.NOT_APPLIED, Fault.CRASH)
WRITE_FAULTS = (*READ_FAULTS, Fault.RESPONSE_LOST, Fault.RETRIED_BY_SDK)

type Steps = tuple[str, ...]


class Violation(Exception):  # noqa: N818 - a finding, not a failure of the harness
    """A schedule that breaks a promise."""

    def __init__(self, broken: str, steps: Steps) -> None:
        self.broken, self.steps = broken, steps
        super().__init__("\n  ".join([broken, *steps]))


@dataclass
class Explorer:
    """Judges every schedule of a scenario, equal situations once; raises the first Violation."""

    scenario: Scenario
    faults: int
    client: FakeDynamoDB = field(default_factory=FakeDynamoDB)
    visited: dict[ExplorationState, int] = field(default_factory=dict)
    _known: dict[Any, StoreSnapshot] = field(default_factory=dict)
    _roots: dict[tuple[int, int, int], Progress] = field(default_factory=dict)

    def schedules(self) -> int:
        """How many schedules there are: none of them breaks a promise."""
        create_tables(self.client)
        self.scenario.given(self.client)
        actors = tuple(self._at(place, 0, 0) for place in range(len(self.scenario.actors)))
        return self._count(ExplorationState(self._stored(), actors, self.faults), ())

    def _count(self, now: ExplorationState, steps: Steps) -> int:
        if now not in self.visited:
            if not any(now.actors):
                self._check_final_state(now, steps)
            later = self._later(now, steps)
            self.visited[now] = sum(self._count(after, path) for after, path in later) or 1
        return self.visited[now]

    def _later(
        self, now: ExplorationState, steps: Steps
    ) -> Iterator[tuple[ExplorationState, Steps]]:
        for place, actor in enumerate(now.actors):
            if actor and (call := actor.progress.call):
                faults = READ_FAULTS if call.reads else WRITE_FAULTS
                for fault in faults if now.faults else (None,):
                    path = (*steps, line_of(place, actor, call, fault))
                    yield self._after(now, place, fault, path), path

    def _after(
        self, now: ExplorationState, place: int, fault: Fault | None, path: Steps
    ) -> ExplorationState:
        """The situation once one actor has made its next call, so or so."""
        actor = now.actors[place]
        assert actor is not None
        answer, stored = self._made(now.stored, actor.progress.call, fault)
        _raise_violation(write_violation(now.stored, stored), path)
        history = now.history if actor.began else (*now.history, self._event(place, actor))
        next_actor: Actor | None = replace(actor, began=True)
        if fault is Fault.CRASH:
            next_actor = self._at(place, actor.work, actor.attempt + 1)
        elif fault is not Fault.RETRIED_BY_SDK and answer is not None:
            progress = actor.progress.after(answer)
            for reported in progress.reported[len(actor.progress.reported) :]:
                _raise_violation(answer_violation(reported, stored), path)
                history = (*history, self._event(place, actor, _answer_name(reported)))
            next_actor = self._on(place, replace(actor, began=True, progress=progress))
        actors = (*now.actors[:place], next_actor, *now.actors[place + 1 :])
        return ExplorationState(stored, actors, now.faults - (fault is not None), history)

    def _on(self, place: int, actor: Actor) -> Actor | None:
        """The same delivery while it has a call to make; else the next, of this work or of the next."""
        if actor.progress.failed:
            return self._at(place, actor.work, actor.attempt + 1)
        return actor if actor.progress.call else self._at(place, actor.work + 1, 0)

    def _at(self, place: int, work: int, attempt: int) -> Actor | None:
        works = self.scenario.actors[place]
        if work == len(works):
            return None
        root = (place, work, attempt)
        if root not in self._roots:
            self._roots[root] = Progress(works[work], attempt)
        return Actor(work, attempt, self._roots[root])

    def _made(
        self, stored: StoreSnapshot, call: Call | None, fault: Fault | None
    ) -> tuple[Answer | None, StoreSnapshot]:
        assert call is not None
        self.client.restore(stored.tables)
        # Asked twice: the first is applied now, the second is this actor's next call again.
        client = FaultyClient(
            self.client, Fault.RESPONSE_LOST if fault is Fault.RETRIED_BY_SDK else fault
        )
        try:
            answer: Answer | None = getattr(client, call.name)(**call.asked)
        except ClientError as error:
            answer = error
        except Crash:
            answer = None
        return answer, stored if call.reads else self._stored()

    def _stored(self) -> StoreSnapshot:
        tables = self.client.snapshot()
        key = repr([sorted(items.items()) for items in tables.values()])
        return self._known.setdefault(key, StoreSnapshot(tables))

    def _check_final_state(self, now: ExplorationState, steps: Steps) -> None:
        """The last questions, one after the other; then the history must be one of the small object's."""
        self.client.restore(now.stored.tables)
        history = now.history
        for work in self.scenario.then:
            reported: list[Any] = []
            work.run(self.client, 0, reported.append)
            _raise_violation(
                answer_violation(reported[0], StoreSnapshot(self.client.snapshot())), steps
            )
            began = Event(("then", work.operation.id), work.operation)
            history = (*history, began, replace(began, answer=_answer_name(reported[0])))
        if not linearizable(deliveries_of(history), self.scenario.ledger):
            said = ", ".join(f"{e.operation.does}: {e.answer or 'begins'}" for e in history)
            _raise_violation(f"no order of its own explains what happened ({said})", steps)

    def _event(self, place: int, actor: Actor, answer: str | None = None) -> Event:
        return Event((place, actor.work, actor.attempt), actor.progress.work.operation, answer)


def _raise_violation(broken: str | None, steps: Steps) -> None:
    if broken:
        raise Violation(broken, steps)


def _answer_name(reported: Any) -> str:
    if isinstance(reported, PermitError | ALLOWED_ANSWERS):
        return DENY if isinstance(reported, PermitError) else ALLOW
    return str(reported.outcome) if isinstance(reported, Decision) else DONE
