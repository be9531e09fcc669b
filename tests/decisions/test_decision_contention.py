"""Decisions of one customer never wait for each other, and a withdrawal never waits for a decision.

On a fake whose transactions hold their items for some time, as DynamoDB does.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from consentry.consent.items import epoch_keys, state_key
from consentry.kernel.errors import UnavailableError
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import erase, pseudonym_of
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.fakes.dynamodb_conflicts import ConflictingDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, create_tables
from tests.testkit.fakes.pseudonym_repository import seeded

AT_ONCE = 1_000 if CAMPAIGN else 100
PEOPLE = [f"p{number}" for number in range(50)]


def request(number: int, customer: str = ACME) -> DataUseRequest:
    """A request that names two of the people, each of whom other requests name at the same time."""
    people = [PEOPLE[number % 50], PEOPLE[(number + 7) % 50]]
    named = [{"person": person, "role": "speaker"} for person in people]
    return use_request(f"r-{number}", customer=customer, people=named)


@pytest.fixture
def client() -> ConflictingDynamoDB:
    made = ConflictingDynamoDB()
    create_tables(made)
    return made


def opened(client: Any, seed: object) -> FakeDependencies:
    """Dependencies of one process, with a real key table and real pauses."""
    deps = FakeDependencies(client, seeded(client, ACME, str(seed)))
    vars(deps)["pause"] = time.sleep
    return deps


def at_once[T](count: int, work: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


@pytest.mark.promise(12)
def test_decisions_of_one_customer_at_once_are_all_answered_without_a_conflict(
    client: ConflictingDynamoDB,
) -> None:
    opened(client, "given").grant()

    decisions = at_once(AT_ONCE, lambda n: opened(client, n).decide(request(n)))

    assert all(decision.allows for decision in decisions)
    assert not client.conflicts


@pytest.mark.promise(12)
def test_a_withdrawal_between_decisions_at_once_is_not_delayed(
    client: ConflictingDynamoDB,
) -> None:
    opened(client, "given").grant()
    withdrawal = consent_event("w", "withdrawal", person="p7")

    def work(number: int) -> object:
        if number == AT_ONCE // 2:
            return opened(client, "w").record(withdrawal)
        return opened(client, number).decide(request(number))

    answers = at_once(AT_ONCE, work)

    assert all(answers)
    assert not client.conflicts
    assert client.transactions == 2  # The grant and the withdrawal, each at the first attempt.
    assert not opened(client, "later").decide(request(7)).allows


@pytest.mark.promise(12)
def test_a_person_can_withdraw_for_the_first_time_while_requests_name_her(
    client: ConflictingDynamoDB,
) -> None:
    opened(client, "given").grant()

    def work(number: int) -> object:
        deps = opened(client, number)
        if number == 5:
            return deps.record(consent_event("w", "withdrawal", person="p7"))
        return deps.decide(use_request(f"r-{number}", people=[{"person": "p7", "role": "host"}]))

    assert all(at_once(20, work))
    assert not client.conflicts


def test_the_fake_shows_conflicts_of_decisions_that_check_states_in_a_transaction(
    client: ConflictingDynamoDB,
) -> None:
    deps = opened(client, "given")
    deps.grant()
    table = deps.table(CONSENTS)
    checks = [table.checking(state_key(ACME, "customer"), 1)]

    at_once(10, lambda _: table.transact(checks, retries=50))

    assert client.conflicts["TransactWriteItems"] > 0


def test_a_withdrawal_during_the_commit_of_a_screening_is_tried_once_more(
    client: ConflictingDynamoDB,
) -> None:
    opened(client, "given").grant()
    client.held = {(CONSENTS, key) for key in epoch_keys(ACME)}
    deps = opened(client, "w")
    vars(deps)["pause"] = lambda _: client.held.clear()  # The screening's commit ends meanwhile.

    deps.record(consent_event("w", "withdrawal", person="p1"))

    assert client.conflicts == {"TransactWriteItems": 1}
    assert len(deps.consents.consent_events(ACME, pseudonym_of(deps, "p1"))) == 1


def test_an_item_that_a_transaction_holds_is_put_after_a_pause(client: ConflictingDynamoDB) -> None:
    key = ("acme#p", "x")
    client.held = {(CONSENTS, key)}
    deps = opened(client, "put")
    vars(deps)["pause"] = lambda _: client.held.clear()

    assert deps.table(CONSENTS).put_if_absent(key, {"a": 1})

    assert client.conflicts == {"PutItem": 1}


def test_an_item_that_stays_held_is_unavailable(client: ConflictingDynamoDB) -> None:
    key = ("acme#p", "x")
    client.held = {(CONSENTS, key)}
    deps = opened(client, "put")
    vars(deps)["pause"] = lambda _: None

    for write in (deps.table(CONSENTS).put_if_absent, deps.table(CONSENTS).put):
        with pytest.raises(UnavailableError):
            write(key, {"a": 1})
    with pytest.raises(UnavailableError):
        deps.table(CONSENTS).delete(key)


def screened(deps: FakeDependencies, request_id: str) -> object:
    """The decision of a screening, or that it gave up: then its event is delivered again."""
    driver = ScreeningDriver(deps)
    driver.put([row("p1"), row("p2")])
    try:
        return driver.screen(screening(request_id))
    except UnavailableError as unavailable:
        return unavailable


def test_every_use_case_at_once_is_answered(client: ConflictingDynamoDB) -> None:
    given = opened(client, "given")
    given.grant()

    def work(number: int) -> object:
        deps = opened(client, number)
        at = NOW + number * SECOND
        match number % 8:
            case 0:
                return deps.record(consent_event(f"g{number}", "grant", person=f"p{number}"), at=at)
            case 1:
                return deps.record(consent_event(f"w{number}", "withdrawal", person="p1"), at=at)
            case 2:
                return erase(deps, f"p{number - 2}", f"e{number}", at=at)
            case 3:
                return assign(deps, at=at) if number == 3 else deps.decide(request(number), at=at)
            case 4:
                return screened(deps, f"s-{number}")
            case _:
                return deps.decide(request(number), at=at)

    answers = at_once(64, work)

    print(f"{client.conflicts.total()} conflicts in {client.transactions} transactions")
    assert all(answers)
