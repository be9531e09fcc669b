"""Screenings, withdrawals, and their propagation to data sets."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.get_data_set import BATCH_SIZE, DataSetDetails, get_data_set
from consentry.datasets.register_model import register_model
from consentry.datasets.remediation import Model
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry.propagation.propagation import PropagationStatus
from tests.testkit.builders.dependencies import NOW, OPERATOR, SECOND, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.propagation_publisher import RecordingPublisher
from tests.testkit.stopped_process import StoppedProcess


def ticking_clock() -> Callable[[], datetime]:
    """A clock that advances by a second each time it is read."""
    seconds = itertools.count(60)
    return lambda: NOW + next(seconds) * SECOND


@dataclass
class PropagationDriver:
    """Screens, withdraws and propagates for the customer Acme."""

    acme: ScreeningDriver
    clock: Callable[[], datetime] = field(default_factory=ticking_clock)
    batch_size: int = BATCH_SIZE

    @property
    def publisher(self) -> RecordingPublisher:
        """The notifications that were sent."""
        return self.acme.deps.publisher

    def withdraw(
        self, person: str | None = "ann", consent_event_id: str = "w-1", **changed: Any
    ) -> StoredConsentEvent:
        """Record a withdrawal: the event as the stream delivers it."""
        withdrawal = consent_event(consent_event_id, "withdrawal", person=person, **changed)
        return self.acme.deps.record(withdrawal, at=NOW + 30 * SECOND).record

    def deliver(self, record: StoredConsentEvent) -> PropagationStatus | None:
        """Deliver a consent event to the propagation once."""
        return propagate_withdrawal(
            record, clock=self.clock, deps=self.acme.deps, batch_size=self.batch_size
        )

    def stops_after(self, calls: int, deliver: Callable[[], object]) -> bool:
        """Deliver in a process that stops after so many calls; whether it stopped."""
        deps, publisher = self.acme.deps, self.publisher
        process = StoppedProcess(deps.client, calls)
        client, deps.client, publisher.before = deps.client, process, process.before_notice
        try:
            deliver()
        except Crash:
            return True
        finally:
            deps.client, publisher.before = client, lambda _: None
        return False

    def show(self, data_set_id: str, *, at: datetime = NOW) -> DataSetDetails:
        """Show a data set."""
        return get_data_set(data_set_id, caller=OPERATOR, at=at, deps=self.acme.deps)

    def register(self, data_set_id: str, model_id: str, kind: str = "full") -> DataSetDetails:
        """Register a model that was trained on a data set."""
        model = Model.read({"model_id": model_id, "kind": kind, "location": "eu-central-1"})
        return register_model(data_set_id, model, caller=OPERATOR, at=NOW, deps=self.acme.deps)


def create_data_set(
    propagation_driver: PropagationDriver, *people: str, request_id: str = "s-1", **changed: Any
) -> str:
    """Screen one row for each person: the id of the data set."""
    propagation_driver.acme.put([row(person) for person in people])
    decision = propagation_driver.acme.screen(screening(request_id, **changed))
    assert decision.data_set_id
    return decision.data_set_id
