"""Random lives of data sets: screened, withdrawn from, carried late, twice, in any order, and under faults."""

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
    """What was taken back, the data sets that it must reach, and those that it may reach as well."""

    record: StoredConsentEvent
    must: set[str]
    may: set[str] = field(default_factory=set)
    begun: bool = False


class DataSetStateMachine(RuleBasedStateMachine):
    """One customer and three people; what is withdrawn is kept beside what was screened before it."""

    @initialize()
    def begins(self) -> None:
        client = FakeDynamoDB()
        create_tables(client)
        self.propagation_driver = PropagationDriver(
            ScreeningDriver(FakeDependencies(client, seeded(client, ACME)))
        )
        self.deps, self.ids = self.propagation_driver.acme.deps, 0
        self.deps.grant()
        self.sets: dict[str, frozenset[str]] = {}
        self.withdrawals: dict[str, Withdrawal] = {}
        self.under_way: list[str] = []

    def _next(self, what: str) -> str:
        self.ids += 1
        return f"{what}-{self.ids}"

    @rule(people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3))
    def screens(self, people: list[str]) -> None:
        """What is admitted becomes a data set of those who are in it."""
        acme = self.propagation_driver.acme
        acme.put([row(person) for person in people])
        decision = acme.screen(screening(self._next("s")), at=NOW + self.ids * SECOND)
        if decision.data_set is None:
            return
        rows = map(json.loads, acme.output(decision, "admitted").splitlines())
        held = frozenset(person for each in rows for person in each["people"])
        self.sets[decision.data_set] = held
        for each in self.withdrawals.values():
            if not each.begun and self._is_in(each.record.consent_event.person, decision.data_set):
                each.may.add(decision.data_set)

    @rule(
        person=st.sampled_from([None, *PEOPLE]),
        kind=st.sampled_from(["withdrawal", "refusal"]),
        use=st.sampled_from([None, FINE_TUNE, INFER]),
        times=st.integers(1, 3),
    )
    def takes_back(self, person: str | None, kind: str, use: object, times: int) -> None:
        """Every data set that holds the party, and was made for such a use, must learn of it."""
        said = consent_event(
            self._next("w"), kind, person=person, uses=[use] if use else "all", data="all"
        )
        record = self.deps.record(said, at=NOW + self.ids * SECOND).record
        must = {
            id_
            for id_ in self.sets
            if use != INFER and self._is_in(record.consent_event.person, id_)
        }
        self._sent(Withdrawal(record, must), times)

    @rule(person=st.sampled_from([None, *PEOPLE]))
    def grants(self, person: str | None) -> None:
        """Somebody gives it (again), for what is screened from now on."""
        said = SIGNED | {"person": person}
        granted = consent_event(self._next("g"), "grant", **said)
        self.deps.record(granted, at=NOW + self.ids * SECOND)

    @rule(person=st.sampled_from(PEOPLE), times=st.integers(1, 3))
    def erases(self, person: str, times: int) -> None:
        """An erasure travels under the old name; what held the person holds nobody of the new one."""
        known = self.deps.pseudonyms.find_pseudonyms(ACME, [person])
        erase(self.deps, person, self._next("e"), at=NOW + self.ids * SECOND)
        if not known:
            return
        record = erasure_event(ACME, known[person], NOW)
        must = {id_ for id_ in self.sets if self._is_in(known[person], id_)}
        self._sent(Withdrawal(record, must), times)

    def _sent(self, withdrawal: Withdrawal, times: int) -> None:
        name = withdrawal_id(withdrawal.record)
        self.withdrawals.setdefault(name, withdrawal)
        self.under_way += [name] * times

    def _is_in(self, party: str | None, data_set: str) -> bool:
        """By the file of people, read whole: the party's name now or then."""
        found = self.deps.data_sets.of(data_set)
        assert found
        return party is None or self.deps.files.may_contain([found.people], party)[0]

    @precondition(lambda self: self.sets)
    @rule(place=st.randoms(use_true_random=False))
    def registers(self, place: random.Random) -> None:
        """A model is made of a data set, whatever has become of it."""
        self.propagation_driver.register(
            place.choice(sorted(self.sets)), self._next("m"), "adapter"
        )

    @precondition(lambda self: self.under_way)
    @rule(place=st.randoms(use_true_random=False), fails_at=st.integers(0, 6))
    def delivers(self, place: random.Random, fails_at: int) -> None:
        """One delivery, in any order; the one whose telling fails comes again."""
        name = self.under_way.pop(place.randrange(len(self.under_way)))
        told = iter(range(fails_at))

        def before(_: str) -> None:
            if next(told, None) is None:
                raise UnavailableError("not told")

        self.propagation_driver.told.before = before if fails_at < 6 else lambda _: None
        try:
            self._carry(name)
        except UnavailableError:
            self.under_way.append(name)
        self.propagation_driver.told.before = lambda _: None

    def _carry(self, name: str) -> None:
        self.withdrawals[name].begun = True
        self.propagation_driver.deliver(self.withdrawals[name].record)

    @invariant()
    def taints_are_exact(self) -> None:
        """By whom a data set is marked, and that whatever is marked says what is to be done about each model."""
        for data_set in self.sets:
            status = self.propagation_driver.show(data_set)
            for taint in status.taints:
                by = self.withdrawals[taint.withdrawal_id]
                assert data_set in by.must | by.may
            models = {each.model.model_id for each in status.models}
            stated = {each.model_id for each in status.remediations}
            assert stated == ({None, *models} if status.taints else set())

    def teardown(self) -> None:
        """When all has arrived, everything has landed where it must, and nobody's permit of it is left."""
        for name in getattr(self, "withdrawals", {}):
            self._carry(name)
            reached = self.deps.propagations.status(name)
            assert reached
            assert reached.completed_at
            landed = {each.data_set_id for each in reached.data_sets if each.propagated_at}
            by = self.withdrawals[name]
            assert by.must <= landed <= by.must | by.may
            for data_set in landed:
                assert name in {
                    t.withdrawal_id for t in self.deps.data_sets.state_of(data_set).taints
                }


def test_every_stateful_run_taints_exactly_the_affected_data_sets() -> None:
    run_stateful(DataSetStateMachine, runs=RUNS, steps=40)
