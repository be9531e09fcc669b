"""Receipts of what is stored: by the books of the moment, for whoever may name the customer, naming nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from consentry.domain.callers import Caller
from consentry.domain.errors import ForeignCustomerError, NotFoundError
from consentry.domain.receipts.receipt import Receipt, place_of
from consentry.domain.receipts.receipt_document import document_of, written
from consentry.domain.receipts.receipt_page import page_of
from consentry.flows.show_receipt import show_receipt
from tests.domain.receipts import states
from tests.fakes.erasures import SIGNED, erase
from tests.fakes.receipts import conforms
from tests.fakes.worlds import ACME, NOW, SECOND, World, act
from tests.flows.binding import bind
from tests.flows.publishing import changed

LATER = NOW + timedelta(hours=1)


def receipt(
    world: World, act_id: str, *, party: str = "customer", at: datetime = LATER, **asked: str
) -> Receipt:
    caller = Caller.allowed("reader", asked.get("customers", "*"))
    return show_receipt(
        asked.get("customer", ACME),
        party,
        act_id,
        caller=caller,
        at=at,
        world=world,
    )


def test_every_act_of_a_party_has_its_receipt(world: World) -> None:
    refused = world.record(act("no", "refuse", person="ann")).record
    withdrawn = world.record(act("w", "withdraw"), at=NOW + SECOND).record

    receipts = [
        receipt(world, "granted"),
        receipt(world, "no", party=refused.party),
        receipt(world, "w"),
    ]

    documents = [document_of(each) for each in receipts]
    assert [states(each) for each in documents] == [
        ["ConsentGiven", "ConsentWithdrawn"],
        ["ConsentRefused"],
        ["ConsentWithdrawn"],
    ]
    assert all(conforms(written(each))[0] for each in receipts)
    assert place_of(withdrawn) == "/receipts/acme/customer/w"


def test_a_receipt_is_of_its_moment_and_of_the_books_that_bind_then(world: World) -> None:
    published = changed(world, "announced", at=LATER)
    before = receipt(published, "granted", at=LATER - SECOND)

    after = receipt(published, "granted", at=LATER)

    assert states(document_of(before)) == ["ConsentGiven"]
    assert states(document_of(after)) == ["ConsentGiven", "ConsentStatusInvalidForProcessing"]
    with pytest.raises(NotFoundError):
        receipt(published, "granted", at=NOW - timedelta(days=1))


def test_a_receipt_names_nobody(world: World) -> None:
    done_by = {"who": "gilbert", "authority": "guardian"}
    kept = world.record(act("no", "refuse", person="annabel", done_by=done_by)).record

    made = receipt(world, "no", party=kept.party)

    told = written(made) + page_of(made) + place_of(kept)
    assert kept.party in told
    assert not [each for each in ("annabel", "gilbert", "pipeline") if each in told]


@pytest.mark.parametrize("party", ["customer", "a" * 26, "form"])
def test_what_is_not_there_is_told_in_the_same_words(world: World, party: str) -> None:
    with pytest.raises(NotFoundError, match=r"^no such receipt$"):
        receipt(world, "never", party=party)


def test_another_customers_receipts_are_nobodys_business(world: World) -> None:
    with pytest.raises(ForeignCustomerError):
        receipt(world, "granted", customers="globex")
    with pytest.raises(NotFoundError, match=r"^no such receipt$"):
        receipt(world, "granted", customers="globex", customer="globex")


def test_who_was_erased_has_no_receipt_but_of_the_erasure(named: World) -> None:
    kept = named.record(act("anns", "grant", **SIGNED)).record

    erase(named, "ann", at=NOW + SECOND)

    left = named.keys.known_names(ACME, ["ann"])["ann"]
    (erasure,) = named.consents.acts(ACME, left)
    document = document_of(receipt(named, erasure.act.act_id, party=left))
    assert states(document) == ["ConsentWithdrawn"]
    assert document["dpv:hasRecordOfActivity"]["consentry:erases"] is True
    with pytest.raises(NotFoundError):
        receipt(named, "anns", party=kept.party)


def test_a_receipt_of_the_past_is_by_the_books_that_bound_then(world: World) -> None:
    bind(world, {"customer": ACME, "terms": "announced"}, at=NOW)
    world.grant(act_id="early", at=datetime(2023, 8, 1, tzinfo=UTC))
    bind(world, {"customer": ACME, "terms": "zoom-terms"}, at=LATER)

    told = [
        states(document_of(receipt(world, "early", at=at)))[1:] for at in (LATER - SECOND, LATER)
    ]

    assert told == [[], ["ConsentStatusInvalidForProcessing"]]
