"""Explores every interleaving of a few actors, one DynamoDB call at a time, with faults at any call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, NamedTuple

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
    canonical,
    deliveries_of,
    linearizable,
)
from tests.testkit.interleaving.permit_invariants import ALLOWED_ANSWERS
from tests.testkit.interleaving.scenario import Actor, ExplorationState, Scenario, describe_step
from tests.testkit.interleaving.store_snapshot import StoreSnapshot

READ_FAULTS = (None, Fault.NOT_APPLIED, Fault.CRASH)
WRITE_FAULTS = (*READ_FAULTS, Fault.RESPONSE_LOST, Fault.RETRIED_BY_SDK)
PUT_FAULTS = (*WRITE_FAULTS, Fault.LATE)

type Steps = tuple[str, ...]


class Violation(Exception):  # noqa: N818 - a result, not a failure of the harness
    """A schedule that breaks a guarantee: which one, and the steps that lead there."""

    def __init__(self, broken: str, steps: Steps) -> None:
        self.broken, self.steps = broken, steps
        super().__init__("\n  ".join([broken, *steps]))


class Outcome(NamedTuple):
    """What one call does: the store after it, and how far the delivery is then.

    `progress` is None if the delivery crashed. `answers` are the names of what it reported to its
    caller.
    """

    stored: StoreSnapshot
    progress: Progress | None
    answers: tuple[str, ...] = ()


@dataclass
class Explorer:
    """Checks every schedule of a scenario, and equal states once. Raises the first Violation.

    A call depends only on the store, the delivery and the fault, so each such triple runs once.
    """

    scenario: Scenario
    faults: int
    client: FakeDynamoDB = field(default_factory=FakeDynamoDB)
    visited: dict[ExplorationState, int] = field(default_factory=dict)
    _snapshots: dict[Any, StoreSnapshot] = field(default_factory=dict)
    _roots: dict[tuple[int, int, int], Progress] = field(default_factory=dict)
    _outcomes: dict[tuple[StoreSnapshot, Progress, Fault | None], Outcome] = field(
        default_factory=dict
    )
    _final_answers: dict[StoreSnapshot, tuple[str, ...]] = field(default_factory=dict)

    def schedules(self) -> int:
        """The number of schedules. None of them breaks a guarantee."""
        create_tables(self.client)
        self.scenario.given(self.client)
        actors = tuple(self._start(number, 0, 0) for number in range(len(self.scenario.actors)))
        return self._count(ExplorationState(self._snapshot(), actors, self.faults), ())

    def _count(self, state: ExplorationState, steps: Steps) -> int:
        if state not in self.visited:
            if not any(state.actors):
                self._check_final_state(state, steps)
            successors = self._successors(state, steps)
            self.visited[state] = sum(self._count(after, path) for after, path in successors) or 1
        return self.visited[state]

    def _successors(
        self, state: ExplorationState, steps: Steps
    ) -> Iterator[tuple[ExplorationState, Steps]]:
        for number, actor in enumerate(state.actors):
            if actor and (call := actor.progress.call):
                for fault in _faults_of(call) if state.faults else (None,):
                    path = (*steps, describe_step(number, actor, call, fault))
                    yield self._after(state, number, fault, path), path

        for number, call in enumerate(state.late):
            path = (*steps, f"a late {call.name} is applied")
            yield self._after_late(state, number, path), path

    def _after_late(self, state: ExplorationState, number: int, path: Steps) -> ExplorationState:
        """The state after a put that was delayed."""
        late = state.late[:number] + state.late[number + 1 :]
        _, stored = self._call(state.stored, state.late[number], None)
        _raise_violation(write_violation(state.stored, stored), path)
        return replace(state, stored=stored, late=late)

    def _after(
        self, state: ExplorationState, number: int, fault: Fault | None, path: Steps
    ) -> ExplorationState:
        """The state after one actor's next call, with or without a fault."""
        actor = state.actors[number]
        assert actor is not None
        outcome = self._outcome(state.stored, actor.progress, fault, path)
        events = [] if actor.began else [self._event(number, actor)]
        events += [self._event(number, actor, answer) for answer in outcome.answers]
        history = canonical((*state.history, *events)) if events else state.history
        actors = (
            *state.actors[:number],
            self._next_actor(number, actor, outcome.progress),
            *state.actors[number + 1 :],
        )
        late = state.late
        if fault is Fault.LATE and actor.progress.call:
            late = (*late, actor.progress.call)
        faults = state.faults - (fault is not None)
        return ExplorationState(outcome.stored, actors, faults, history, late)

    def _outcome(
        self, stored: StoreSnapshot, progress: Progress, fault: Fault | None, path: Steps
    ) -> Outcome:
        key = (stored, progress, fault)
        if key not in self._outcomes:
            self._outcomes[key] = self._run(*key, path)
        return self._outcomes[key]

    def _run(
        self, stored: StoreSnapshot, progress: Progress, fault: Fault | None, path: Steps
    ) -> Outcome:
        assert progress.call is not None
        answer, after = self._call(stored, progress.call, fault)
        _raise_violation(write_violation(stored, after), path)
        if answer is None:
            return Outcome(after, None)
        if fault is Fault.RETRIED_BY_SDK:
            # The retry is this delivery's next call, so that other actors can run before it.
            return Outcome(after, progress)
        later = progress.after(answer)
        reported = later.reported[len(progress.reported) :]
        for each in reported:
            _raise_violation(answer_violation(each, after), path)
        return Outcome(after, later, tuple(map(_answer_name, reported)))

    def _call(
        self, stored: StoreSnapshot, call: Call, fault: Fault | None
    ) -> tuple[Answer | None, StoreSnapshot]:
        """Make one call. The answer is None if the actor crashed."""
        self.client.restore(stored.tables)
        client = FaultyClient(
            self.client, Fault.RESPONSE_LOST if fault is Fault.RETRIED_BY_SDK else fault
        )
        try:
            answer: Answer | None = getattr(client, call.name)(**call.arguments)
        except ClientError as error:
            answer = error
        except Crash:
            answer = None
        return answer, stored if call.reads else self._snapshot()

    def _next_actor(self, number: int, actor: Actor, progress: Progress | None) -> Actor | None:
        """The same delivery while it has a call to make, else its redelivery or the next work."""
        if progress is None or progress.failed:
            return self._start(number, actor.work, actor.attempt + 1)
        if progress.call is None:
            return self._start(number, actor.work + 1, 0)
        return Actor(actor.work, actor.attempt, progress, began=True)

    def _start(self, number: int, work: int, attempt: int) -> Actor | None:
        works = self.scenario.actors[number]
        if work == len(works):
            return None
        root = (number, work, attempt)
        if root not in self._roots:
            self._roots[root] = Progress(works[work], attempt)
        return Actor(work, attempt, self._roots[root])

    def _snapshot(self) -> StoreSnapshot:
        tables = self.client.snapshot()
        key = repr([sorted(items.items()) for items in tables.values()])
        return self._snapshots.setdefault(key, StoreSnapshot(tables))

    def _check_final_state(self, state: ExplorationState, steps: Steps) -> None:
        """Ask the last questions, one after the other. Then the history must be linearizable."""
        if state.stored not in self._final_answers:
            self._final_answers[state.stored] = tuple(self._ask_last(state.stored, steps))
        history = state.history
        answers = self._final_answers[state.stored]
        for work, answer in zip(self.scenario.then, answers, strict=True):
            delivery = ("then", work.operation.id)
            history = (
                *history,
                Event(delivery, work.operation),
                Event(delivery, work.operation, answer),
            )
        if not linearizable(deliveries_of(history), self.scenario.ledger):
            events = ", ".join(f"{e.operation.kind}: {e.answer or 'begins'}" for e in history)
            _raise_violation(f"no sequential order explains the history ({events})", steps)

    def _ask_last(self, stored: StoreSnapshot, steps: Steps) -> Iterator[str]:
        self.client.restore(stored.tables)
        for work in self.scenario.then:
            reported: list[Any] = []
            work.run(self.client, 0, reported.append)
            after = StoreSnapshot(self.client.snapshot())
            _raise_violation(answer_violation(reported[0], after), steps)
            yield _answer_name(reported[0])

    def _event(self, number: int, actor: Actor, answer: str | None = None) -> Event:
        delivery = (number, actor.work, actor.attempt)
        return Event(delivery, actor.progress.work.operation, answer)


def find_violation(scenarios: Iterable[Scenario], *, max_faults: int) -> Violation | None:
    """The first violation in these scenarios, with as few faults as possible; None if there is none."""
    for faults, scenario in product(range(max_faults + 1), tuple(scenarios)):
        try:
            Explorer(scenario, faults).schedules()
        except Violation as violation:
            return violation
    return None


def _faults_of(call: Call) -> tuple[Fault | None, ...]:
    if call.reads:
        return READ_FAULTS
    return PUT_FAULTS if call.name == "put_item" else WRITE_FAULTS


def _raise_violation(broken: str | None, steps: Steps) -> None:
    if broken:
        raise Violation(broken, steps)


def _answer_name(reported: Any) -> str:
    if isinstance(reported, PermitError | ALLOWED_ANSWERS):
        return DENY if isinstance(reported, PermitError) else ALLOW
    return str(reported.outcome) if isinstance(reported, Decision) else DONE
