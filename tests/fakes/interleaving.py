"""Every interleaving of a few actors at the granularity of the client's calls, with faults at any of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from consentry.decisions.decision import Decision
from consentry.kernel.errors import PermitError
from tests.fakes.actors import Answer, Call, Progress
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.errors import Crash
from tests.fakes.faults import Fault, Faulty
from tests.fakes.history import ALLOW, DENY, DONE, Event, linearizable, spent_of
from tests.fakes.situations import Actor, Scenario, Situation, line_of
from tests.fakes.stored import Stored
from tests.fakes.tables import create_tables
from tests.fakes.watch import told_wrongly, written_wrongly
from tests.fakes.watched_permits import PERMITTED

READ_FAULTS = (None, Fault.NOT_APPLIED, Fault.CRASH)
WRITE_FAULTS = (*READ_FAULTS, Fault.ANSWER_LOST, Fault.ASKED_TWICE)

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
    judged: dict[Situation, int] = field(default_factory=dict)
    _known: dict[Any, Stored] = field(default_factory=dict)
    _roots: dict[tuple[int, int, int], Progress] = field(default_factory=dict)

    def schedules(self) -> int:
        """How many schedules there are: none of them breaks a promise."""
        create_tables(self.client)
        self.scenario.given(self.client)
        actors = tuple(self._at(place, 0, 0) for place in range(len(self.scenario.actors)))
        return self._count(Situation(self._stored(), actors, self.faults), ())

    def _count(self, now: Situation, steps: Steps) -> int:
        if now not in self.judged:
            if not any(now.actors):
                self._judge_the_end(now, steps)
            later = self._later(now, steps)
            self.judged[now] = sum(self._count(after, path) for after, path in later) or 1
        return self.judged[now]

    def _later(self, now: Situation, steps: Steps) -> Iterator[tuple[Situation, Steps]]:
        for place, actor in enumerate(now.actors):
            if actor and (call := actor.progress.call):
                faults = READ_FAULTS if call.reads else WRITE_FAULTS
                for fault in faults if now.faults else (None,):
                    path = (*steps, line_of(place, actor, call, fault))
                    yield self._after(now, place, fault, path), path

    def _after(self, now: Situation, place: int, fault: Fault | None, path: Steps) -> Situation:
        """The situation once one actor has made its next call, so or so."""
        actor = now.actors[place]
        assert actor is not None
        answer, stored = self._made(now.stored, actor.progress.call, fault)
        _refuse(written_wrongly(now.stored, stored), path)
        history = now.history if actor.began else (*now.history, self._event(place, actor))
        moved: Actor | None = replace(actor, began=True)
        if fault is Fault.CRASH:
            moved = self._at(place, actor.work, actor.attempt + 1)
        elif fault is not Fault.ASKED_TWICE and answer is not None:
            progress = actor.progress.after(answer)
            for told in progress.told[len(actor.progress.told) :]:
                _refuse(told_wrongly(told, stored), path)
                history = (*history, self._event(place, actor, _named(told)))
            moved = self._on(place, replace(actor, began=True, progress=progress))
        actors = (*now.actors[:place], moved, *now.actors[place + 1 :])
        return Situation(stored, actors, now.faults - (fault is not None), history)

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
        self, stored: Stored, call: Call | None, fault: Fault | None
    ) -> tuple[Answer | None, Stored]:
        assert call is not None
        self.client.restore(stored.tables)
        # Asked twice: the first is applied now, the second is this actor's next call again.
        client = Faulty(self.client, Fault.ANSWER_LOST if fault is Fault.ASKED_TWICE else fault)
        try:
            answer: Answer | None = getattr(client, call.name)(**call.asked)
        except ClientError as error:
            answer = error
        except Crash:
            answer = None
        return answer, stored if call.reads else self._stored()

    def _stored(self) -> Stored:
        tables = self.client.snapshot()
        key = repr([sorted(items.items()) for items in tables.values()])
        return self._known.setdefault(key, Stored(tables))

    def _judge_the_end(self, now: Situation, steps: Steps) -> None:
        """The last questions, one after the other; then the history must be one of the small object's."""
        self.client.restore(now.stored.tables)
        history = now.history
        for work in self.scenario.then:
            told: list[Any] = []
            work.run(self.client, 0, told.append)
            _refuse(told_wrongly(told[0], Stored(self.client.snapshot())), steps)
            began = Event(("then", work.operation.id), work.operation)
            history = (*history, began, replace(began, answer=_named(told[0])))
        if not linearizable(spent_of(history), self.scenario.ledger):
            said = ", ".join(f"{e.operation.does}: {e.answer or 'begins'}" for e in history)
            _refuse(f"no order of its own explains what happened ({said})", steps)

    def _event(self, place: int, actor: Actor, answer: str | None = None) -> Event:
        return Event((place, actor.work, actor.attempt), actor.progress.work.operation, answer)


def _refuse(broken: str | None, steps: Steps) -> None:
    if broken:
        raise Violation(broken, steps)


def _named(told: Any) -> str:
    if isinstance(told, PermitError | PERMITTED):
        return DENY if isinstance(told, PermitError) else ALLOW
    return str(told.outcome) if isinstance(told, Decision) else DONE
