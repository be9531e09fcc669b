"""What a denial says that it needs is true: granted, it allows; and where nothing helps, nothing does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product

import pytest

from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.decisions.what_would_allow import what_would_allow
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library

BOOKS = DEFAULT_ASSIGNMENT.resolve(library())
CUSTOMER = "needs the customer's consent "
PEOPLE = "needs the consent of the people in the data "
BOTH = "needs the customer's consent and the consent of the people in the data "
NAMED = "needs the people in the data to be named, and none of them to object, "
CUSTOMER_AND_NAMED = f"needs the customer's consent and {NAMED.removeprefix('needs ')}"
NOTHING = "no consent would change this"
EARLY = BOOKS.terms.versions[0].in_force_from - timedelta(days=1)
LIFTED = " on a form that covers earlier data"

type Said = tuple[ConsentStatus, ConsentStatus | None]


def needed(facts: Facts, evidence: Evidence) -> tuple[str, ...]:
    return what_would_allow(
        evaluate(facts, evidence, BOOKS, at=NOW), facts, evidence, BOOKS, at=NOW
    )


def stood(leaf: DataCategory, said: Said, *, covers_collected: bool = False) -> Evidence:
    customer, person = said
    lifted = (leaf,) if covers_collected else ()
    people = [PartyStatus("p", Role.HOST, 1, {leaf: person})] if person else []
    return Evidence(PartyStatus("c", None, 1, {leaf: customer}, lifted), tuple(people))


@cache
def allows(facts: Facts, said: Said, covers_collected: bool = False) -> bool:
    (leaf,) = facts.data
    return (
        evaluate(facts, stood(leaf, said, covers_collected=covers_collected), BOOKS, at=NOW).outcome
        is Outcome.ALLOW
    )


def uses(leaf: DataCategory) -> Iterator[Facts]:
    services = (Service.MEETING_SUMMARY, Service.GENERAL)
    for operation, by, owner in product(Operation, services, ModelOwner):
        yield Facts((leaf,), operation, Service.MEETING_SUMMARY, owner, NOW, by)


EVERYBODY = tuple(product(ConsentStatus, (None, *ConsentStatus)))
GRANTED = ConsentStatus.GRANTED


@pytest.mark.parametrize("leaf", DataCategory)
def test_what_would_allow_is_sufficient_and_minimal(leaf: DataCategory) -> None:
    for facts, said in product(uses(leaf), EVERYBODY):
        if allows(facts, said):
            continue
        customer, person = said
        use = f"to {facts.operation} for meeting_summary"
        enough = {
            f"{CUSTOMER}{use}": (GRANTED, person),
            f"{PEOPLE if person else NAMED}{use}": (customer, GRANTED),
            f"{BOTH if person else CUSTOMER_AND_NAMED}{use}": (GRANTED, GRANTED),
        }

        (sentence,) = needed(facts, stood(leaf, said))

        first = next((words for words, then in enough.items() if allows(facts, then)), NOTHING)
        assert sentence == first


@pytest.mark.parametrize("leaf", DataCategory)
def test_no_consent_is_suggested_only_where_none_would_allow(leaf: DataCategory) -> None:
    for facts in uses(leaf):
        if needed(facts, stood(leaf, (ConsentStatus.UNREADABLE, None))) == (NOTHING,):
            assert not any(allows(facts, said, True) for said in EVERYBODY)


@pytest.mark.parametrize("leaf", DataCategory)
def test_data_from_before_the_terms_requires_a_covers_collected_form(leaf: DataCategory) -> None:
    for facts in (replace(each, collected_at=EARLY) for each in uses(leaf)):
        said = (ConsentStatus.NEVER_ASKED, ConsentStatus.NEVER_ASKED)

        (sentence,) = needed(facts, stood(leaf, said))

        helped = allows(facts, (GRANTED, ConsentStatus.NEVER_ASKED), True)
        assert (sentence == NOTHING) is not helped
        assert (LIFTED in sentence) is helped


def test_each_kind_of_suggestion_is_given_once_and_none_for_allowed_leaves() -> None:
    data = (DataCategory.USAGE, DataCategory.AUDIO, DataCategory.CHAT, DataCategory.PUBLIC_WEB)
    facts = replace(next(uses(DataCategory.AUDIO)), data=data, operation=Operation.FINE_TUNE)
    never = dict.fromkeys(data, ConsentStatus.NEVER_ASKED)
    people = (PartyStatus("p", Role.HOST, 1, never),)

    said = needed(facts, Evidence(PartyStatus("c", None, 1, never), people))

    assert said == (f"{CUSTOMER}to fine_tune for meeting_summary", NOTHING)
