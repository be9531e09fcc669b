"""What a denial suggests is sufficient and minimal; where no consent helps, none is suggested."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product

import pytest

from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.decisions.what_would_allow import NO_CONSENT, WouldAllow, find_what_would_allow
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library
from tests.testkit.meeting_words import DataCategory, Role, Service

POLICY_SETS = DEFAULT_ASSIGNMENT.resolve(library())
BEFORE_THE_TERMS = POLICY_SETS.terms.versions[0].in_force_from - timedelta(days=1)
CUSTOMER = "the customer's consent"
PEOPLE = "the consent of the people in the data"
NAMED = "the consent of the people in the data, who must be named,"

type Statuses = tuple[ConsentStatus, ConsentStatus | None]
"""The status of the customer, and of one person; None if no person is named."""


def suggestions(facts: Facts, evidence: Evidence) -> tuple[WouldAllow, ...]:
    evaluation = evaluate(facts, evidence, POLICY_SETS, at=NOW)
    return find_what_would_allow(evaluation, facts, evidence, POLICY_SETS, at=NOW)


def evidence_of(leaf: str, statuses: Statuses, *, covers_collected: bool = True) -> Evidence:
    customer, person = statuses
    covered = (leaf,) if covers_collected else ()
    people = [PartyStatus("p", Role.HOST, 1, {leaf: person}, covered)] if person else []
    return Evidence(PartyStatus("c", None, 1, {leaf: customer}, covered), tuple(people))


@cache
def allows(facts: Facts, statuses: Statuses, covers_collected: bool = True) -> bool:
    (leaf,) = facts.data
    evidence = evidence_of(leaf, statuses, covers_collected=covers_collected)
    return evaluate(facts, evidence, POLICY_SETS, at=NOW).outcome is Outcome.ALLOW


def uses(leaf: str) -> Iterator[Facts]:
    services = (Service.MEETING_SUMMARY, Service.GENERAL)
    for operation, collected_by, owner in product(Operation, services, ModelOwner):
        yield Facts((leaf,), operation, Service.MEETING_SUMMARY, owner, NOW, collected_by)


ALL_STATUSES = tuple(product(ConsentStatus, (None, *ConsentStatus)))
GRANTED = ConsentStatus.GRANTED


@pytest.mark.parametrize("leaf", DataCategory)
def test_what_would_allow_is_sufficient_and_minimal(leaf: str) -> None:
    for facts, statuses in product(uses(leaf), ALL_STATUSES):
        if allows(facts, statuses):
            continue
        customer, person = statuses
        people = PEOPLE if person not in (None, ConsentStatus.UNIDENTIFIED) else NAMED
        candidates = {
            WouldAllow(CUSTOMER, customer=True): (GRANTED, person),
            WouldAllow(people, people=True): (customer, GRANTED),
            WouldAllow(f"{CUSTOMER} and {people}", customer=True, people=True): (GRANTED, GRANTED),
        }
        first = next((c for c, then in candidates.items() if allows(facts, then)), None)

        (suggestion,) = suggestions(facts, evidence_of(leaf, statuses))

        if first is None:
            assert suggestion == NO_CONSENT
        else:
            sentence = f"needs {first.sentence} to {facts.operation} for meeting_summary"
            assert suggestion == replace(first, sentence=sentence)


@pytest.mark.parametrize("leaf", DataCategory)
def test_no_consent_is_suggested_only_where_none_would_allow(leaf: str) -> None:
    for facts in uses(leaf):
        unreadable = evidence_of(leaf, (ConsentStatus.UNREADABLE, None))
        if suggestions(facts, unreadable) == (NO_CONSENT,):
            assert not any(allows(facts, statuses, True) for statuses in ALL_STATUSES)


@pytest.mark.parametrize("leaf", DataCategory)
def test_data_from_before_the_terms_is_allowed_by_no_consent(leaf: str) -> None:
    for facts in (replace(use, collected_at=BEFORE_THE_TERMS) for use in uses(leaf)):
        never_asked = (ConsentStatus.NEVER_ASKED, ConsentStatus.NEVER_ASKED)

        assert suggestions(facts, evidence_of(leaf, never_asked)) == (NO_CONSENT,)


@pytest.mark.parametrize("leaf", DataCategory)
def test_a_form_for_data_of_any_time_is_suggested_where_a_grant_alone_is_not_enough(
    leaf: str,
) -> None:
    never_asked = (ConsentStatus.NEVER_ASKED, ConsentStatus.NEVER_ASKED)
    for facts in uses(leaf):
        if allows(facts, never_asked):
            continue
        evidence = evidence_of(leaf, never_asked, covers_collected=False)

        (suggestion,) = suggestions(facts, evidence)

        from_now = allows(facts, (GRANTED, GRANTED), covers_collected=False)
        on_form = allows(facts, (GRANTED, GRANTED))
        assert (suggestion == NO_CONSENT) is not on_form
        assert suggestion.covers_collected is (on_form and not from_now)
        assert (" on a form that covers earlier data" in suggestion.sentence) is (
            suggestion.covers_collected
        )


def test_each_kind_of_suggestion_is_given_once_and_none_for_allowed_leaves() -> None:
    data = (DataCategory.USAGE, DataCategory.AUDIO, DataCategory.CHAT, DataCategory.PUBLIC_WEB)
    facts = replace(next(uses(DataCategory.AUDIO)), data=data, operation=Operation.FINE_TUNE)
    never_asked = dict.fromkeys(map(str, data), ConsentStatus.NEVER_ASKED)
    people = (PartyStatus("p", Role.HOST, 1, never_asked, data),)

    found = suggestions(facts, Evidence(PartyStatus("c", None, 1, never_asked, data), people))

    sentence = f"needs {CUSTOMER} to fine_tune for meeting_summary"
    assert found == (WouldAllow(sentence, customer=True), NO_CONSENT)
