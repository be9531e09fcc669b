"""Random histories of data sets: withdrawals propagate late, twice, reordered, and with faults."""

import json
import random
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import UnavailableError
from consentry.propagation.propagation import erasure_event, withdrawal_id
from tests.testkit.builders.dependencies import (
    ACME,
    FINE_TUNE,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
)
from tests.testkit.builders.erasures import SIGNED, erase
from tests.testkit.builders.propagations import PropagationDriver
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.campaign import examples
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.stateful import run_stateful

PEOPLE = ("ann", "bob", "cat")
INFER = {"operation": "infer", "service": "meeting_summary"}
RUNS = examples(15, 200)


@dataclass
class Withdrawal:
    """A withdrawal, the data sets that it must taint, and those that it may taint too."""

    record: StoredConsentEvent
    must: set[str]
    may: set[str] = field(default_factory=set)
    started: bool = False


class DataSetStateMachine(RuleBasedStateMachine):
    """One customer and three people. Each withdrawal remembers the data sets screened before it."""

    @initialize()
    def starts(self) -> None:
        client = FakeDynamoDB()
        create_tables(client)
        self.propagation_driver = PropagationDriver(
            ScreeningDriver(FakeDependencies(client, seeded(client, ACME)))
        )
        self.deps, self.ids = self.propagation_driver.acme.deps, 0
        self.deps.grant()
        self.sets: dict[str, frozenset[str]] = {}
        self.withdrawals: dict[str, Withdrawal] = {}
        self.in_queue: list[str] = []

    def _next(self, what: str) -> str:
        self.ids += 1
        return f"{what}-{self.ids}"

    @rule(people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3))
    def screens(self, people: list[str]) -> None:
        """Admitted rows become a data set of the people in them."""
        acme = self.propagation_driver.acme
        acme.put([row(person) for person in people])
        decision = acme.screen(screening(self._next("s")), at=NOW + self.ids * SECOND)
        if decision.data_set_id is None:
            return
        rows = map(json.loads, acme.output(decision, "admitted").splitlines())
        members = frozenset(person for each in rows for person in each["people"])
        self.sets[decision.data_set_id] = members
        for each in self.withdrawals.values():
            if not each.started and self._is_in(
                each.record.consent_event.person, decision.data_set_id
            ):
                each.may.add(decision.data_set_id)

    @rule(
        person=st.sampled_from([None, *PEOPLE]),
        kind=st.sampled_from(["withdrawal", "refusal"]),
        use=st.sampled_from([None, FINE_TUNE, INFER]),
        times=st.integers(1, 3),
    )
    def withdraws(self, person: str | None, kind: str, use: object, times: int) -> None:
        """A withdrawal or refusal must taint every data set with the party and this use."""
        withdrawal = consent_event(
            self._next("w"), kind, person=person, uses=[use] if use else "all", data="all"
        )
        record = self.deps.record(withdrawal, at=NOW + self.ids * SECOND).record
        must = {
            id_
            for id_ in self.sets
            if use != INFER and self._is_in(record.consent_event.person, id_)
        }
        self._send(Withdrawal(record, must), times)

    @rule(person=st.sampled_from([None, *PEOPLE]))
    def grants(self, person: str | None) -> None:
        """A party grants, also again. Later screenings use the grant."""
        grant = consent_event(self._next("g"), "grant", **SIGNED | {"person": person})
        self.deps.record(grant, at=NOW + self.ids * SECOND)

    @rule(person=st.sampled_from(PEOPLE), times=st.integers(1, 3))
    def erases(self, person: str, times: int) -> None:
        """An erasure propagates under the old pseudonym."""
        known = self.deps.pseudonyms.find_pseudonyms(ACME, [person])
        erase(self.deps, person, self._next("e"), at=NOW + self.ids * SECOND)
        if not known:
            return
        record = erasure_event(ACME, known[person], NOW)
        must = {id_ for id_ in self.sets if self._is_in(known[person], id_)}
        self._send(Withdrawal(record, must), times)

    def _send(self, withdrawal: Withdrawal, times: int) -> None:
        name = withdrawal_id(withdrawal.record)
        self.withdrawals.setdefault(name, withdrawal)
        self.in_queue += [name] * times

    def _is_in(self, party: str | None, data_set: str) -> bool:
        """Whether the membership file lists the party's pseudonym."""
        found = self.deps.data_sets.get(data_set)
        assert found
        return party is None or self.deps.files.may_contain([found.membership_file], party)[0]

    @precondition(lambda self: self.sets)
    @rule(rng=st.randoms(use_true_random=False))
    def registers(self, rng: random.Random) -> None:
        """A model is registered for a data set, tainted or not."""
        self.propagation_driver.register(rng.choice(sorted(self.sets)), self._next("m"), "adapter")

    @precondition(lambda self: self.in_queue)
    @rule(rng=st.randoms(use_true_random=False), fails_at=st.integers(0, 6))
    def delivers(self, rng: random.Random, fails_at: int) -> None:
        """Deliver one withdrawal, in any order. If a notification fails, it is delivered again."""
        name = self.in_queue.pop(rng.randrange(len(self.in_queue)))
        notifications = iter(range(fails_at))

        def before(_: str) -> None:
            if next(notifications, None) is None:
                raise UnavailableError("not sent")

        self.propagation_driver.publisher.before = before if fails_at < 6 else lambda _: None
        try:
            self._propagate(name)
        except UnavailableError:
            self.in_queue.append(name)
        self.propagation_driver.publisher.before = lambda _: None

    def _propagate(self, name: str) -> None:
        self.withdrawals[name].started = True
        self.propagation_driver.deliver(self.withdrawals[name].record)

    @invariant()
    def taints_are_exact(self) -> None:
        """Only expected withdrawals taint a data set.

        A tainted one has a remediation for each model.
        """
        for data_set in self.sets:
            status = self.propagation_driver.show(data_set)
            for taint in status.taints:
                by = self.withdrawals[taint.withdrawal_id]
                assert data_set in by.must | by.may
            models = {each.model.model_id for each in status.models}
            stated = {each.model_id for each in status.remediations}
            assert stated == ({None, *models} if status.taints else set())

    def teardown(self) -> None:
        """Deliver everything: each withdrawal has propagated to exactly the expected data sets."""
        for name in getattr(self, "withdrawals", {}):
            self._propagate(name)
            status = self.deps.propagations.status(name)
            assert status
            assert status.completed_at
            propagated = {each.data_set_id for each in status.data_sets if each.propagated_at}
            by = self.withdrawals[name]
            assert by.must <= propagated <= by.must | by.may
            for data_set in propagated:
                assert name in {
                    t.withdrawal_id for t in self.deps.data_sets.get_state(data_set).taints
                }


def test_every_stateful_run_taints_exactly_the_affected_data_sets() -> None:
    run_stateful(DataSetStateMachine, runs=RUNS, steps=40)
