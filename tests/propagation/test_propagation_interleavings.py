"""No withdrawal or propagation during a screening leaves an affected data set clean."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.membership_file import contains
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening_jobs import screen_manifest
from consentry.screening_jobs.record_data_set import record_data_set
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.builders.propagations import PropagationDriver
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.stopped_process import InterruptedClient


@dataclass
class Schedule:
    """A screening, with a withdrawal before one call and its propagation before a later call."""

    withdrawn: int
    propagated: int
    client: FakeDynamoDB = field(default_factory=FakeDynamoDB)
    records: list[StoredConsentEvent] = field(default_factory=list)

    def run(self) -> tuple[ScreeningDecision, PropagationDriver]:
        """Run the screening to its end, then the actions that are left."""
        create_tables(self.client)
        concurrent = ScreeningDriver(
            FakeDependencies(self.client, seeded(self.client, ACME, "concurrent"))
        )
        concurrent.deps.grant()
        others = PropagationDriver(concurrent)
        actions: dict[int, list[Callable[[], object]]] = {
            self.withdrawn: [lambda: self.records.append(others.withdraw())]
        }
        actions.setdefault(self.propagated, []).append(lambda: self._propagate(others))
        interrupted = InterruptedClient(self.client, dict(actions))
        screened = ScreeningDriver(
            FakeDependencies(interrupted, seeded(interrupted, ACME, "ours")), concurrent.store
        )
        screened.put([row("ann"), row("bob")])
        decision = screened.screen()
        for number in sorted(interrupted.actions):
            for action in actions[number]:
                action()
        return decision, others

    def _propagate(self, others: PropagationDriver) -> None:
        for record in self.records:
            others.deliver(record)


def calls() -> int:
    """The number of calls of a screening without interruption."""
    client = FakeDynamoDB()
    create_tables(client)
    counted = InterruptedClient(client)
    screened = ScreeningDriver(FakeDependencies(counted, seeded(counted, ACME)))
    screened.deps.grant()
    counted.calls = 0
    screened.put([row("ann"), row("bob")])
    screened.screen()
    return counted.calls


def left_clean() -> list[tuple[int, int]]:
    """The schedules that leave a data set clean although it contains a withdrawn person."""
    most = calls() + 2
    return [
        (withdrawn, propagated)
        for withdrawn, propagated in itertools.combinations_with_replacement(range(most), 2)
        if _is_clean_with_ann(*Schedule(withdrawn, propagated).run())
    ]


def _is_clean_with_ann(decision: ScreeningDecision, others: PropagationDriver) -> bool:
    log = others.acme.deps.decisions.latest(decision.decision_id)
    assert isinstance(log, ScreeningDecision)
    if log.data_set_id is None:
        return b"ann" in others.acme.output(log, "admitted")
    found = others.acme.deps.data_sets.get(log.data_set_id)
    if found is None:
        return True
    ann = others.acme.deps.pseudonyms.get_or_create_pseudonyms(ACME, ["ann"])["ann"]
    read = partial(others.acme.store.part, found.membership_file.key)
    return contains(read, ann) and others.show(log.data_set_id).status == "clean"


@pytest.mark.promise(2)
def test_no_interleaving_of_withdrawal_and_screening_leaves_a_data_set_clean() -> None:
    assert left_clean() == []


def test_a_variant_that_records_the_data_set_after_the_commit_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recordings = dict[str, Callable[[], None]]()

    def later(decision: ScreeningDecision, people: Any, keys: Any, store: Any, sets: Any) -> Any:
        class Late:
            @staticmethod
            def record(data_set: Any) -> None:
                recordings[decision.decision_id] = lambda: sets.record(data_set)

        return record_data_set(decision, people, keys, store, Late())  # type: ignore[arg-type]

    publish = screen_manifest.ScreeningJob.publish

    def recorded_then_published(self: Any, decision: ScreeningDecision) -> ScreeningDecision:
        recordings.pop(decision.decision_id, lambda: None)()
        return publish(self, decision)

    monkeypatch.setattr(screen_manifest, "record_data_set", later)
    monkeypatch.setattr(screen_manifest.ScreeningJob, "publish", recorded_then_published)

    assert left_clean()
