"""Only a later express consent whose form covers earlier data lifts the ceiling of the old terms."""

from datetime import datetime, timedelta

import pytest

from consentry.domain.consent.acts import ConsentAct
from consentry.domain.consent.forms import Form
from consentry.domain.consent.standings import PartyState, after, effect_of
from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding, party_standing
from consentry.domain.decision.judgement import Outcome, judge
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.table_codec import midnight
from consentry.domain.terms.tables import Book, Library
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Service, Standing
from tests.fakes.worlds import EVERYTHING

SERVICE = Service.GENERAL


@pytest.fixture(scope="module")
def zoom(library: Library) -> Book:
    return library.books["zoom-terms"]


def training(data: DataCategory, collected: datetime) -> Facts:
    return Facts((data,), Operation.FINE_TUNE, SERVICE, ModelOwner.FIRST_PARTY, collected, SERVICE)


LIFTING = {
    "signed later, on a form that covers earlier data": (True, True, 1, "allow"),
    "signed later, on a form that says nothing of it": (True, False, 1, "deny"),
    "assented to later without a signature": (False, True, 1, "deny"),
    "signed before the data was collected": (True, True, -1, "deny"),
}


@pytest.mark.parametrize("how", LIFTING)
def test_only_a_later_express_consent_whose_form_says_so_lifts_the_ceiling(
    how: str, zoom: Book
) -> None:
    signed, covers_earlier, days, outcome = LIFTING[how]
    collected, now = midnight("2023-03-30"), midnight("2023-04-15")
    form = Form(
        customer="acme", text="I agree.", locale="en", covers_earlier=covers_earlier, **EVERYTHING
    )
    act = ConsentAct.read(
        {
            "act_id": "a",
            "customer": "acme",
            "kind": "grant",
            "uses": [{"operation": "fine_tune", "service": SERVICE}],
            "data": ["customer_content.audio"],
            "signature": "click" if signed else "none",
        }
    )
    state = after(PartyState(), effect_of(act, form, at=collected + timedelta(days=days)))
    asked = training(DataCategory.AUDIO, collected)

    evidence = Evidence(party_standing(state, asked, at=now, outdated_before=None))

    assert judge(asked, evidence, BoundBooks(zoom), at=now).outcome == outcome


def test_a_withdrawal_takes_the_lift_away(zoom: Book) -> None:
    collected, now = midnight("2023-03-30"), midnight("2023-04-15")
    form = Form(customer="acme", text="I agree.", locale="en", covers_earlier=True, **EVERYTHING)
    said = {"customer": "acme", "data": ["customer_content.audio"]}
    uses = [{"operation": "fine_tune", "service": SERVICE}]
    grant = {"act_id": "a", "kind": "grant", "uses": uses, "signature": "click"}
    withdrawal = {"act_id": "b", "kind": "withdraw", "uses": "all"}
    state = PartyState()
    for act in (grant, withdrawal):
        state = after(state, effect_of(ConsentAct.read(said | act), form, at=now))
    asked = training(DataCategory.AUDIO, collected)

    customer = party_standing(state, asked, at=now, outdated_before=None)

    assert customer.lifts == ()
    assert judge(asked, Evidence(customer), BoundBooks(zoom), at=now).outcome is Outcome.DENY


def test_a_limit_book_is_not_lifted(library: Library) -> None:
    data = DataCategory.WHITEBOARD
    asked = training(data, midnight("2023-04-01"))
    evidence = Evidence(PartyStanding("c", None, 1, {data: Standing.NEVER_ASKED}, (data,)))
    books = BoundBooks(library.books["zoom-terms"], (library.books["house"],))

    judgement = judge(asked, evidence, books, at=midnight("2023-04-15"))

    assert judgement.outcome is Outcome.DENY
    assert judgement.findings[0].book == "house"
