"""Receipts use the terms of their moment, name no person, and are given only to the customer's callers."""

from datetime import UTC, datetime, timedelta

import pytest

from consentry.kernel.errors import ForbiddenCustomerError, NotFoundError
from consentry.receipts.document import document_of, to_json
from consentry.receipts.receipt import receipt_path
from consentry.receipts.receipt_page import render_receipt_page
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.erasures import SIGNED, erase
from tests.testkit.builders.receipts import states
from tests.testkit.builders.stored_receipts import receipt
from tests.testkit.builders.terms_versions import publish_version
from tests.testkit.receipt_shapes import conforms

LATER = NOW + timedelta(hours=1)


def test_every_consent_event_has_a_receipt(deps: FakeDependencies) -> None:
    refused = deps.record(consent_event("no", "refusal", person="ann")).record
    withdrawn = deps.record(consent_event("w", "withdrawal"), at=NOW + SECOND).record

    receipts = [
        receipt(deps, "granted"),
        receipt(deps, "no", party=refused.party),
        receipt(deps, "w"),
    ]

    documents = [document_of(each) for each in receipts]
    assert [states(each) for each in documents] == [
        ["ConsentGiven", "ConsentWithdrawn"],
        ["ConsentRefused"],
        ["ConsentWithdrawn"],
    ]
    assert all(conforms(to_json(each))[0] for each in receipts)
    assert receipt_path(withdrawn) == "/customers/acme/receipts/customer/w"


def test_a_receipt_reflects_the_terms_in_force_at_its_time(deps: FakeDependencies) -> None:
    published = publish_version(deps, "announced", at=LATER)
    before = receipt(published, "granted", at=LATER - SECOND)

    after = receipt(published, "granted", at=LATER)

    assert states(document_of(before)) == ["ConsentGiven"]
    assert states(document_of(after)) == ["ConsentGiven", "ConsentStatusInvalidForProcessing"]
    with pytest.raises(NotFoundError):
        receipt(published, "granted", at=NOW - timedelta(days=1))


@pytest.mark.promise(9)
def test_a_receipt_contains_no_direct_identifiers(deps: FakeDependencies) -> None:
    representative = {"who": "gilbert", "authority": "guardian"}
    recorded = deps.record(
        consent_event("no", "refusal", person="annabel", representative=representative)
    ).record

    found = receipt(deps, "no", party=recorded.party)

    text = to_json(found) + render_receipt_page(found) + receipt_path(recorded)
    assert recorded.party in text
    assert not [each for each in ("annabel", "gilbert", "pipeline") if each in text]


@pytest.mark.parametrize("party", ["customer", "a" * 26, "form"])
def test_every_missing_receipt_gives_the_same_error(deps: FakeDependencies, party: str) -> None:
    with pytest.raises(NotFoundError, match=r"^no such receipt$"):
        receipt(deps, "never", party=party)


@pytest.mark.promise(7)
def test_another_customers_receipt_is_forbidden_or_not_found(deps: FakeDependencies) -> None:
    with pytest.raises(ForbiddenCustomerError):
        receipt(deps, "granted", customers="globex")
    with pytest.raises(NotFoundError, match=r"^no such receipt$"):
        receipt(deps, "granted", customers="globex", customer="globex")


def test_an_erased_person_has_only_the_receipt_of_the_erasure(named: FakeDependencies) -> None:
    recorded = named.record(consent_event("anns", "grant", **SIGNED)).record

    erase(named, "ann", at=NOW + SECOND)

    pseudonym = named.pseudonyms.find_pseudonyms(ACME, ["ann"])["ann"]
    (erasure,) = named.consents.consent_events(ACME, pseudonym)
    document = document_of(receipt(named, erasure.consent_event.consent_event_id, party=pseudonym))
    assert states(document) == ["ConsentWithdrawn"]
    assert document["dpv:hasRecordOfActivity"]["consentry:erases"] is True
    with pytest.raises(NotFoundError):
        receipt(named, "anns", party=recorded.party)


def test_a_past_receipt_uses_the_terms_assigned_at_that_time(deps: FakeDependencies) -> None:
    assign(deps, {"customer": ACME, "terms": "announced"}, at=NOW)
    deps.grant(consent_event_id="early", at=datetime(2023, 8, 1, tzinfo=UTC))
    assign(deps, {"customer": ACME, "terms": "zoom-terms"}, at=LATER)

    outcomes = [
        states(document_of(receipt(deps, "early", at=at)))[1:] for at in (LATER - SECOND, LATER)
    ]

    assert outcomes == [[], ["ConsentStatusInvalidForProcessing"]]
