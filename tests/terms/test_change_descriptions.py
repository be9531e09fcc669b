"""Changes in the words of a person who has to agree to them."""

import pytest

from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation
from consentry.terms.truth_table import Library, Ruling
from consentry_terms.change_descriptions import describe_change
from consentry_terms.differences import Change, compare
from consentry_terms.row_grouping import RulingSummary

OURS = (ModelOwner.FIRST_PARTY, ModelOwner.CUSTOMER)

SAID = {
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
    "allowed if the customer: granted; for another service than collected it, else not spoken of": (
        RulingSummary(
            Ruling.PERMIT,
            ("the customer: granted", "for another service than collected it"),
            (Ruling.NOT_COVERED,),
        )
    ),
    "not spoken of": RulingSummary(Ruling.NOT_COVERED),
}


@pytest.mark.parametrize("words", SAID)
def test_an_answer_in_words(words: str) -> None:
    data = (DataCategory.AUDIO, DataCategory.CHAT)
    change = Change(
        (Operation.FINE_TUNE,), data, OURS[:1], RulingSummary(Ruling.FORBID), SAID[words], 1, True
    )

    assert describe_change(change, "terms") == (
        f"fine_tune on audio, chat for first_party models: forbidden -> {words}"
    )


def test_answers_that_would_read_alike_say_what_they_say_otherwise() -> None:
    was, now = (
        RulingSummary(Ruling.PERMIT, ("the customer: granted",), (other,))
        for other in (Ruling.NOT_COVERED, Ruling.FORBID)
    )
    change = Change(tuple(Operation), tuple(DataCategory), tuple(ModelOwner), was, now, 1, False)

    assert describe_change(change, "terms") == (
        "every operation on all data for all models: needs the customer's consent, else not "
        "spoken of -> needs the customer's consent, else forbidden"
    )


def test_the_silence_of_a_limit_book_is_no_limit(library: Library) -> None:
    house = library.policy_sets["house"].versions[0]

    (first, *_) = compare(None, house, "guardrails").changes

    assert " models: no limit -> no limit if the people: not refused" in describe_change(
        first, "guardrails"
    )
