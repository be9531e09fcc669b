"""Consent events of people who are not in the manifest: what a screening tolerates, and what it never misses."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, count
from typing import Any

import pytest

from consentry.consent.items import EPOCHS
from consentry.consent.status import PartyState
from consentry.kernel.errors import RevokedPermitError, UnavailableError
from consentry.kernel.ids import permit_id
from consentry.kernel.vocabulary import ConsentStatus
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening_jobs import checkpoint, screen_manifest
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
)
from tests.testkit.builders.interrupted_screenings import (
    PEOPLE,
    acme_with_manifest,
    crash_during_screening,
)
from tests.testkit.builders.issued_permits import withdraws
from tests.testkit.builders.permits import redeem
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.stopped_process import InterruptedClient


def acme_with(client: Any, *people: str) -> ScreeningDriver:
    """A customer that granted, with a manifest of these people, on a client with tables."""
    acme = ScreeningDriver(FakeDependencies(client))
    acme.put(row(person) for person in people)
    return acme


def granted_client() -> FakeDynamoDB:
    client = FakeDynamoDB()
    create_tables(client)
    FakeDependencies(client).grant()
    return client


def redeems(acme: ScreeningDriver, decision: ScreeningDecision) -> bool:
    """Whether the permit of a decision can be redeemed."""
    permit = acme.deps.permits.get(permit_id(decision.decision_id, 1))
    try:
        return permit is not None and redeem(acme.deps, permit) is not None
    except RevokedPermitError:
        return False


@pytest.mark.parametrize(
    "fields",
    [{"until": NOW + timedelta(days=1)}, {"done_at": NOW - timedelta(days=1)}, {}],
    ids=["with an end", "done earlier", "without an end"],
)
def test_a_first_grant_of_a_stranger_disturbs_no_permit(fields: dict[str, Any]) -> None:
    client = granted_client()
    acme = acme_with(client, "ann")
    decision = acme.screen()

    sent = {name: at.isoformat() for name, at in fields.items()}
    acme.deps.record(consent_event("g", "grant", person="stranger", **sent), at=NOW)

    assert acme.deps.consents.epochs(ACME) == (0,) * EPOCHS
    assert redeems(acme, decision)


def test_a_renewal_of_a_stranger_disturbs_no_permit() -> None:
    client = granted_client()
    acme = acme_with(client, "ann")
    acme.deps.grant(consent_event_id="first", person="stranger", at=NOW - SECOND)
    decision = acme.screen()

    acme.deps.grant(consent_event_id="second", person="stranger", at=NOW)

    assert redeems(acme, decision)


def test_a_screening_reads_its_people_again_instead_of_its_manifest() -> None:
    client, strangers = granted_client(), count()
    broken = InterruptedClient(client)
    acme = acme_with(broken, "ann", "bob")
    writes: list[str] = []
    acme.store.before_write = writes.append

    def a_stranger_withdraws() -> None:
        withdraws(FakeDependencies(client), f"stranger-{next(strangers)}")

    reference = acme_with(granted_client(), "ann", "bob").screen()
    commits_at = _call_of_the_commit()
    broken.actions[commits_at] = [a_stranger_withdraws]
    decision = acme.screen()

    assert decision.outputs == reference.outputs
    assert sum(acme.deps.consents.epochs(ACME)) == 1
    assert sum("/admitted" in key for key in writes) == 1
    assert redeems(acme, decision)


def _call_of_the_commit() -> int:
    """The number of the call that commits the decision of an undisturbed screening of ann and bob."""
    calls: list[str] = []

    class Recording(InterruptedClient):
        def __getattr__(self, name: str) -> Any:
            calls.append(name)
            return super().__getattr__(name)

    acme_with(Recording(granted_client()), "ann", "bob").screen()
    return [name for name in calls if name != "exceptions"].index("transact_write_items")


def screened_with(actions: Mapping[int, str]) -> tuple[ScreeningDriver, ScreeningDecision, int]:
    """A screening of ann and bob; these people withdraw before these calls. Also returns the calls."""
    client = granted_client()
    broken = InterruptedClient(client)
    for call, person in actions.items():
        broken.actions[call] = [lambda who=person: withdraws(FakeDependencies(client), who)]  # type: ignore[misc]
    acme = acme_with(broken, "ann", "bob")
    decision = acme.screen()
    acme.deps.client = client
    return acme, decision, broken.calls


def is_wrong(actions: Mapping[int, str]) -> bool:
    """Whether ann's row can be used after she withdrew."""
    acme, decision, calls = screened_with(actions)
    withdrew = max(actions) < calls
    return withdrew and redeems(acme, decision) and acme.output(decision, "admitted") != row("bob")


PAIRS = [{first: "stranger", then: "ann"} for first, then in combinations(range(4, 34), 2)]


@pytest.mark.promise(2)
def test_no_withdrawal_is_missed_after_a_stranger_withdrew() -> None:
    assert not [pair for pair in PAIRS if is_wrong(pair)]


@pytest.mark.parametrize(
    "variant",
    [
        ("is_same_consent", lambda *_: True),
        ("read_states", lambda people, *_: dict.fromkeys(people, PartyState())),
    ],
    ids=["people are not compared", "people are not read again"],
)
def test_a_variant_that_does_not_read_its_people_again_is_caught(
    variant: tuple[str, Callable[..., Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_manifest, *variant)

    assert any(is_wrong(pair) for pair in PAIRS)


def resumed_after_a_grant_ended() -> set[ConsentStatus]:
    """Ann's statuses in a run four hours after a crash. After it she granted for three hours."""
    acme = acme_with_manifest()
    crash_during_screening(acme)
    until = NOW + timedelta(hours=3)
    acme.deps.grant(consent_event_id="short", person=PEOPLE[0], until=until.isoformat(), at=NOW)
    assert sum(acme.deps.consents.epochs(ACME)) == 1  # of the withdrawal before the run

    decision = acme.screen(at=NOW + timedelta(hours=4))

    people = [person for kind in decision.row_patterns for person in kind.evidence.people]
    return {status for person in people for status in person.statuses.values()}


def test_an_old_checkpoint_is_not_used_after_a_grant_ended() -> None:
    assert ConsentStatus.EXPIRED in resumed_after_a_grant_ended()


def test_a_variant_that_uses_old_checkpoints_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "CHECKPOINT_LASTS", timedelta(days=5))

    assert ConsentStatus.EXPIRED not in resumed_after_a_grant_ended()


@dataclass
class BusyClient:
    """A client whose calls take 10 ms, while strangers withdraw at random times."""

    real: FakeDynamoDB
    per_minute: float
    rng: random.Random
    clock: float = 0.0
    next_at: float = 0.0
    numbers: Any = field(default_factory=count)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        if not callable(found) or name == "exceptions":
            return found

        def called(**arguments: Any) -> Any:
            self.clock += 0.01
            while self.clock >= self.next_at:
                key = (f"{ACME}#epoch#{next(self.numbers) % EPOCHS:02}", "epoch")
                self.next_at += self.rng.expovariate(self.per_minute / 60)
                FakeDependencies(self.real).consents.table.transact(
                    [FakeDependencies(self.real).consents.table.adding_one(key, "increments")]
                )
            return found(**arguments)

        return called


def commits(people: int, per_minute: float, seed: int) -> bool:
    """Whether a screening of so many people is decided while strangers withdraw at a rate."""
    client, rng = granted_client(), random.Random(seed)  # noqa: S311
    busy = BusyClient(client, per_minute, rng, next_at=rng.expovariate(per_minute / 60))
    acme = ScreeningDriver(FakeDependencies(busy, seeded(busy, ACME)))
    acme.put(row(f"p-{number}") for number in range(people))
    try:
        acme.screen()
    except UnavailableError:
        return False
    return True


@pytest.mark.parametrize(("people", "per_minute"), [(100, 300), (1_000, 100), (5_000, 20)])
def test_a_screening_is_decided_while_strangers_withdraw(people: int, per_minute: int) -> None:
    decided = sum(commits(people, per_minute, seed) for seed in range(6))

    print(f"{people} people, {per_minute} withdrawals a minute: {decided} of 6 decided")
    assert decided == 6
