"""What a denial says that it needs is true: granted, it allows; and where nothing helps, nothing does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product

import pytest

from consentry.domain.decision.counterfactual import needs
from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding
from consentry.domain.decision.judgement import Outcome, judge
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Role, Service, Standing
from tests.fakes.worlds import BOUND, NOW, library

BOOKS = BOUND.books(library())
CUSTOMER = "needs the customer's consent "
PEOPLE = "needs the consent of the people in the data "
BOTH = "needs the customer's consent and the consent of the people in the data "
NAMED = "needs the people in the data to be named, and none of them to object, "
CUSTOMER_AND_NAMED = f"needs the customer's consent and {NAMED.removeprefix('needs ')}"
NOTHING = "no consent would change this"
EARLY = BOOKS.terms.versions[0].in_force_from - timedelta(days=1)
LIFTED = " on a form that covers earlier data"

type Said = tuple[Standing, Standing | None]


def needed(facts: Facts, evidence: Evidence) -> tuple[str, ...]:
    return needs(judge(facts, evidence, BOOKS, at=NOW), facts, evidence, BOOKS, at=NOW)


def stood(leaf: DataCategory, said: Said, *, lifts: bool = False) -> Evidence:
    customer, person = said
    lifted = (leaf,) if lifts else ()
    people = [PartyStanding("p", Role.HOST, 1, {leaf: person})] if person else []
    return Evidence(PartyStanding("c", None, 1, {leaf: customer}, lifted), tuple(people))


@cache
def allows(facts: Facts, said: Said, lifts: bool = False) -> bool:
    (leaf,) = facts.data
    return judge(facts, stood(leaf, said, lifts=lifts), BOOKS, at=NOW).outcome is Outcome.ALLOW


def uses(leaf: DataCategory) -> Iterator[Facts]:
    services = (Service.MEETING_SUMMARY, Service.GENERAL)
    for operation, by, owner in product(Operation, services, ModelOwner):
        yield Facts((leaf,), operation, Service.MEETING_SUMMARY, owner, NOW, by)


EVERYBODY = tuple(product(Standing, (None, *Standing)))
GRANTED = Standing.GRANTED


@pytest.mark.parametrize("leaf", DataCategory)
def test_a_need_is_true_and_no_more_than_is_needed(leaf: DataCategory) -> None:
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
def test_where_no_consent_would_change_it_none_does(leaf: DataCategory) -> None:
    for facts in uses(leaf):
        if needed(facts, stood(leaf, (Standing.UNKNOWN, None))) == (NOTHING,):
            assert not any(allows(facts, said, True) for said in EVERYBODY)


@pytest.mark.parametrize("leaf", DataCategory)
def test_data_from_before_the_terms_needs_a_form_that_covers_it(leaf: DataCategory) -> None:
    for facts in (replace(each, collected_at=EARLY) for each in uses(leaf)):
        said = (Standing.NEVER_ASKED, Standing.NEVER_ASKED)

        (sentence,) = needed(facts, stood(leaf, said))

        helped = allows(facts, (GRANTED, Standing.NEVER_ASKED), True)
        assert (sentence == NOTHING) is not helped
        assert (LIFTED in sentence) is helped


def test_each_kind_of_need_is_said_once_and_what_is_allowed_needs_nothing() -> None:
    data = (DataCategory.USAGE, DataCategory.AUDIO, DataCategory.CHAT, DataCategory.PUBLIC_WEB)
    facts = replace(next(uses(DataCategory.AUDIO)), data=data, operation=Operation.FINE_TUNE)
    never = dict.fromkeys(data, Standing.NEVER_ASKED)
    people = (PartyStanding("p", Role.HOST, 1, never),)

    said = needed(facts, Evidence(PartyStanding("c", None, 1, never), people))

    assert said == (f"{CUSTOMER}to fine_tune for meeting_summary", NOTHING)
