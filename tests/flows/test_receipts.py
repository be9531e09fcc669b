"""Receipts of what is stored: by the books of the moment, for whoever may name the customer, naming nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ForbiddenCustomerError, NotFoundError
from consentry.receipts.document import document_of, to_json
from consentry.receipts.get_receipt import get_receipt
from consentry.receipts.receipt import Receipt, receipt_path
from consentry.receipts.templates.receipt_page import page_of
from tests.domain.receipts import states
from tests.fakes.erasures import SIGNED, erase
from tests.fakes.receipts import conforms
from tests.fakes.worlds import ACME, NOW, SECOND, World, consent_event
from tests.flows.binding import assign
from tests.flows.publishing import changed

LATER = NOW + timedelta(hours=1)


def receipt(
    deps: World,
    consent_event_id: str,
    *,
    party: str = "customer",
    at: datetime = LATER,
    **asked: str,
) -> Receipt:
    caller = Caller.allowed("reader", asked.get("customers", "*"))
    return get_receipt(
        asked.get("customer", ACME),
        party,
        consent_event_id,
        caller=caller,
        at=at,
        deps=deps,
    )


def test_every_act_of_a_party_has_its_receipt(deps: World) -> None:
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
    assert receipt_path(withdrawn) == "/receipts/acme/customer/w"


def test_a_receipt_is_of_its_moment_and_of_the_books_that_bind_then(deps: World) -> None:
    published = changed(deps, "announced", at=LATER)
    before = receipt(published, "granted", at=LATER - SECOND)

    after = receipt(published, "granted", at=LATER)

    assert states(document_of(before)) == ["ConsentGiven"]
    assert states(document_of(after)) == ["ConsentGiven", "ConsentStatusInvalidForProcessing"]
    with pytest.raises(NotFoundError):
        receipt(published, "granted", at=NOW - timedelta(days=1))


def test_a_receipt_names_nobody(deps: World) -> None:
    representative = {"who": "gilbert", "authority": "guardian"}
    kept = deps.record(
        consent_event("no", "refusal", person="annabel", representative=representative)
    ).record

    made = receipt(deps, "no", party=kept.party)

    told = to_json(made) + page_of(made) + receipt_path(kept)
    assert kept.party in told
    assert not [each for each in ("annabel", "gilbert", "pipeline") if each in told]


@pytest.mark.parametrize("party", ["customer", "a" * 26, "form"])
def test_what_is_not_there_is_told_in_the_same_words(deps: World, party: str) -> None:
    with pytest.raises(NotFoundError, match=r"^no such receipt$"):
        receipt(deps, "never", party=party)


def test_another_customers_receipts_are_nobodys_business(deps: World) -> None:
    with pytest.raises(ForbiddenCustomerError):
        receipt(deps, "granted", customers="globex")
    with pytest.raises(NotFoundError, match=r"^no such receipt$"):
        receipt(deps, "granted", customers="globex", customer="globex")


def test_who_was_erased_has_no_receipt_but_of_the_erasure(named: World) -> None:
    kept = named.record(consent_event("anns", "grant", **SIGNED)).record

    erase(named, "ann", at=NOW + SECOND)

    left = named.pseudonyms.find_pseudonyms(ACME, ["ann"])["ann"]
    (erasure,) = named.consents.consent_events(ACME, left)
    document = document_of(receipt(named, erasure.consent_event.consent_event_id, party=left))
    assert states(document) == ["ConsentWithdrawn"]
    assert document["dpv:hasRecordOfActivity"]["consentry:erases"] is True
    with pytest.raises(NotFoundError):
        receipt(named, "anns", party=kept.party)


def test_a_receipt_of_the_past_is_by_the_books_that_bound_then(deps: World) -> None:
    assign(deps, {"customer": ACME, "terms": "announced"}, at=NOW)
    deps.grant(consent_event_id="early", at=datetime(2023, 8, 1, tzinfo=UTC))
    assign(deps, {"customer": ACME, "terms": "zoom-terms"}, at=LATER)

    told = [
        states(document_of(receipt(deps, "early", at=at)))[1:] for at in (LATER - SECOND, LATER)
    ]

    assert told == [[], ["ConsentStatusInvalidForProcessing"]]
