"""Withdrawals that are carried to the data sets of a small world."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.reach.reach import ReachShown
from consentry.domain.reach.remedies import Model
from consentry.flows.propagate_withdrawal import propagate_withdrawal
from consentry.flows.register_model import register_model
from consentry.flows.show_data_set import DataSetShown, show_data_set
from tests.fakes.screenings import Screened, row, screening
from tests.fakes.told import Told
from tests.fakes.worlds import NOW, OPERATOR, SECOND, act


def ticking() -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is read."""
    seconds = itertools.count(60)
    return lambda: NOW + next(seconds) * SECOND


@dataclass
class Reaching:
    """Screenings, withdrawals, and the flow that carries these to those."""

    acme: Screened
    clock: Callable[[], datetime] = field(default_factory=ticking)

    @property
    def told(self) -> Told:
        """What was told on the way."""
        return self.acme.world.announcements

    def withdraw(self, person: str | None = "ann", act_id: str = "w-1", **said: Any) -> ActRecord:
        """A withdrawal, as its record comes by the stream later."""
        given = act(act_id, "withdraw", person=person, **said)
        return self.acme.world.record(given, at=NOW + 30 * SECOND).record

    def carry(self, record: ActRecord) -> ReachShown | None:
        """One delivery of a record of the stream."""
        return propagate_withdrawal(record, clock=self.clock, world=self.acme.world)

    def show(self, data_set_id: str) -> DataSetShown:
        """A data set as the door shows it."""
        return show_data_set(data_set_id, caller=OPERATOR, world=self.acme.world)

    def register(self, data_set_id: str, model_id: str, kind: str = "full") -> DataSetShown:
        """A model that was made of it."""
        model = Model.read({"model_id": model_id, "kind": kind, "runs_at": "eu-central-1"})
        return register_model(data_set_id, model, caller=OPERATOR, at=NOW, world=self.acme.world)


def made(reaching: Reaching, *people: str, request_id: str = "s-1", **asked: Any) -> str:
    """The data set of a screening of rows of one person each."""
    reaching.acme.put([row(person) for person in people])
    decision = reaching.acme.screen(screening(request_id, **asked))
    assert decision.data_set
    return decision.data_set
