"""Answers say whether a person was known, and ids in another writing are found. Ids are still compared exactly."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.record_consent import RecordedConsent
from consentry.consent.similar_people import SimilarPeople, find_similar_people
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.privacy.erase_person import erase_person
from consentry.privacy.erasure import Erasure
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from consentry.pseudonyms.similar_ids import normalize_id
from tests.testkit.api.fixtures import Customer
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    OPERATOR,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import erase
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import KEYS

WRITINGS = [
    ("Ana@Acme.example", "ana@acme.example"),
    ("1272", "1272.0"),
    ("007", "7"),
    ("ＡＮＡ", "ana"),
    (" ana", "ana"),
    ("STRASSE", "straße"),
    ("+7", "7.00"),
    ("cafe\u0301", "caf\u00e9"),
]


@pytest.mark.parametrize(("one", "other"), WRITINGS)
def test_ids_that_differ_only_in_their_writing_are_equal_when_normalised(
    one: str, other: str
) -> None:
    assert normalize_id(one) == normalize_id(other)


@pytest.mark.parametrize(
    ("one", "other"), [("7", "70"), ("7", "-7"), ("7", "7.5"), ("a7", "a07"), ("0", "00a")]
)
def test_other_ids_stay_different(one: str, other: str) -> None:
    assert normalize_id(one) != normalize_id(other)


@given(st.text(min_size=1, max_size=20))
def test_normalising_again_changes_nothing(person: str) -> None:
    assert normalize_id(normalize_id(person)) == normalize_id(person)


def withdraw(deps: FakeDependencies, person: str, event_id: str = "w") -> RecordedConsent:
    return deps.record(consent_event(event_id, "withdrawal", person=person))


def similar(deps: FakeDependencies, person: str) -> SimilarPeople:
    return find_similar_people(ACME, person, caller=OPERATOR, at=NOW, deps=deps)


@pytest.mark.parametrize(("typed", "in_rows"), WRITINGS)
def test_a_withdrawal_under_another_writing_says_that_it_names_nobody_known(
    named: FakeDependencies, typed: str, in_rows: str
) -> None:
    acme = ScreeningDriver(named)
    acme.put([row(in_rows)])
    admitted = acme.screen()

    recorded = withdraw(named, typed)
    again = withdraw(named, typed)
    exact = withdraw(named, in_rows)

    assert admitted.allows
    assert (recorded.record.known_before, recorded.similar_ids) == (False, 1)
    assert (again.record.known_before, again.similar_ids) == (False, 1)
    assert (exact.record.known_before, exact.similar_ids) == (True, 1)


def test_a_person_named_in_a_decision_is_known(named: FakeDependencies) -> None:
    named.decide(use_request(people=[{"person": "ann", "role": "speaker"}]))

    recorded = withdraw(named, "ann")

    assert (recorded.record.known_before, recorded.similar_ids) == (True, 0)


def test_a_customer_is_always_known(named: FakeDependencies) -> None:
    recorded = named.record(consent_event("w", "withdrawal"))

    assert (recorded.record.known_before, recorded.similar_ids) == (True, 0)


def test_a_withdrawal_is_recorded_if_the_similar_ids_cannot_be_counted(
    named: FakeDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: str) -> None:
        raise UnavailableError("the index of similar ids could not be read")

    monkeypatch.setattr(DynamoDBPseudonymRepository, "find_similar", unavailable)

    recorded = named.record(consent_event("w", "withdrawal", person="007"))
    erased = erase(named, "007")

    assert recorded.similar_ids is None
    assert erased.destroyed
    assert erased.destroyed.similar_ids is None


def test_similar_people_are_listed_with_their_statuses(named: FakeDependencies) -> None:
    withdraw(named, "7")
    withdraw(named, "7.0")
    withdraw(named, "8")

    found, other = similar(named, "007"), similar(named, "7")

    assert (found.known, len(found.similar)) == (False, 2)
    assert (other.known, len(other.similar)) == (True, 1)
    assert {status.status for each in found.similar for status in each.statuses} == {"withdrawn"}


def test_an_erasure_destroys_what_finds_the_person_by_another_writing(
    named: FakeDependencies, client: FakeDynamoDB
) -> None:
    withdraw(named, "7")
    withdraw(named, "7", "w-2")
    erasure = Erasure.read({"erasure_id": "e", "customer": ACME, "party": {"person": "7"}})

    erased = erase_person(erasure, caller=OPERATOR, at=NOW, deps=named)
    again = erase_person(erasure, caller=OPERATOR, at=NOW, deps=named)

    assert erased.destroyed is not None
    assert (erased.destroyed.known_before, erased.destroyed.consent_events) == (True, 2)
    assert again.destroyed is None
    assert similar(named, "007").similar == ()
    assert not [item for item in client.tables[KEYS].items.values() if "similar_id" in item]


def test_erasing_an_unknown_person_says_so_and_leaves_no_similar_id(
    named: FakeDependencies, client: FakeDynamoDB
) -> None:
    erasure = Erasure.read({"erasure_id": "e", "customer": ACME, "party": {"person": "7"}})

    erased = erase_person(erasure, caller=OPERATOR, at=NOW, deps=named)

    assert erased.destroyed is not None
    assert (erased.destroyed.known_before, erased.destroyed.consent_events) == (False, 0)
    assert not [item for item in client.tables[KEYS].items.values() if "similar_id" in item]


def test_a_report_counts_people_without_consent_events(named: FakeDependencies) -> None:
    withdraw(named, "ann")
    acme = ScreeningDriver(named)
    acme.put([row("ann"), row("bob"), row("Ann")])

    decision = acme.screen()

    assert decision.manifest.people_count == 3
    assert decision.manifest.people_without_events == 2
    assert acme.report(decision)["manifest"]["people_without_events"] == 2


TYPO = "acmee"
WRITES: dict[str, Callable[[FakeDependencies, Caller], object]] = {
    "a consent event": lambda deps, caller: _as(deps, caller).record(
        consent_event("w", "withdrawal").model_copy(update={"customer": TYPO})
    ),
    "a person's consent event": lambda deps, caller: _as(deps, caller).record(
        consent_event("w", "withdrawal", person="ann").model_copy(update={"customer": TYPO})
    ),
    "a decision": lambda deps, caller: _as(deps, caller).decide(use_request(customer=TYPO)),
    "an erasure": lambda deps, caller: erase_person(
        Erasure.read({"erasure_id": "e", "customer": TYPO, "party": {"person": "ann"}}),
        caller=caller,
        at=NOW,
        deps=deps,
    ),
}


def _as(deps: FakeDependencies, caller: Caller) -> FakeDependencies:
    deps.caller = caller
    return deps


@pytest.mark.parametrize("write", WRITES)
def test_a_caller_of_all_customers_writes_nothing_for_one_that_does_not_exist(
    named: FakeDependencies, client: FakeDynamoDB, write: str
) -> None:
    before = client.snapshot()

    with pytest.raises(NotFoundError, match="no such customer"):
        WRITES[write](named, OPERATOR)

    assert client.snapshot() == before


@pytest.mark.parametrize("write", WRITES)
def test_a_caller_whose_identity_names_a_customer_creates_it(
    named: FakeDependencies, client: FakeDynamoDB, write: str
) -> None:
    WRITES[write](named, Caller.allowed("sub", TYPO, EVERY_PERMISSION))

    assert (TYPO, "key") in client.tables[KEYS].items


def test_the_answer_to_a_withdrawal_says_whether_the_person_was_known(acme: Customer) -> None:
    def withdraws(person: str) -> Any:
        body = {"party": {"person": person}}
        return acme.send("POST", f"{acme.path}/withdrawals", body).body

    first, second = withdraws("ana@acme.example"), withdraws("Ana@Acme.example")
    again = withdraws("ana@acme.example")
    listed = acme.send("GET", f"{acme.path}/similar-people?person=ANA%40acme.example")

    assert (first["known_before"], first["similar_ids"]) == (False, 0)
    assert (second["known_before"], second["similar_ids"]) == (False, 1)
    assert (again["known_before"], again["similar_ids"]) == (True, 1)
    assert (listed.status, listed.body["known"], len(listed.body["similar"])) == (200, False, 2)
    assert acme.send("GET", f"{acme.path}/similar-people").status == 422
