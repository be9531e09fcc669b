"""Changes of terms are described for the person who has to agree to them."""

import pytest

from consentry.kernel.vocabulary import ModelOwner, Operation
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import Ruling
from consentry_terms.change_descriptions import describe_change
from consentry_terms.differences import Change, compare
from consentry_terms.row_grouping import RulingSummary
from tests.testkit.meeting_words import DataCategory

OURS = (ModelOwner.FIRST_PARTY, ModelOwner.CUSTOMER)

DESCRIPTIONS = {
    "allowed": RulingSummary(Ruling.PERMIT),
    "needs the customer's consent": RulingSummary(
        Ruling.PERMIT, ("the customer: granted",), (Ruling.FORBID,)
    ),
    "needs the customer's consent and the people's consent, for the service that collected it": (
        RulingSummary(
            Ruling.PERMIT,
            (
                "the customer: granted",
                "the people: granted",
                "for the service that collected it",
            ),
            (Ruling.FORBID,),
        )
    ),
    "allowed if the people: not refused, withdrawn, else forbidden": RulingSummary(
        Ruling.PERMIT, ("the people: not refused, withdrawn",), (Ruling.FORBID,)
    ),
    "allowed if the customer: granted; for another service than collected it, else not covered": (
        RulingSummary(
            Ruling.PERMIT,
            ("the customer: granted", "for another service than collected it"),
            (Ruling.NOT_COVERED,),
        )
    ),
    "not covered": RulingSummary(Ruling.NOT_COVERED),
}


@pytest.mark.parametrize("words", DESCRIPTIONS)
def test_a_ruling_is_described_in_words(words: str) -> None:
    data = (DataCategory.AUDIO, DataCategory.CHAT)
    change = Change(
        (Operation.FINE_TUNE,),
        data,
        "audio, chat",
        OURS[:1],
        RulingSummary(Ruling.FORBID),
        DESCRIPTIONS[words],
        1,
        True,
    )

    assert describe_change(change, "terms") == (
        f"fine_tune on audio, chat for first_party models: forbidden -> {words}"
    )


def test_equal_descriptions_are_distinguished_by_their_other_rulings() -> None:
    was, now = (
        RulingSummary(Ruling.PERMIT, ("the customer: granted",), (other,))
        for other in (Ruling.NOT_COVERED, Ruling.FORBID)
    )
    owners = tuple(ModelOwner)
    change = Change(tuple(Operation), tuple(DataCategory), "all data", owners, was, now, 1, False)

    assert describe_change(change, "terms") == (
        "every operation on all data for all models: needs the customer's consent, else not "
        "covered -> needs the customer's consent, else forbidden"
    )


def test_guardrails_that_do_not_cover_a_use_do_not_forbid_it(library: Library) -> None:
    house = library.policy_sets["house"].versions[0]

    (first, *_) = compare(None, house, "guardrails").changes

    assert (
        " models: not forbidden -> not forbidden if the people: not unidentified"
        in describe_change(first, "guardrails")
    )
