"""What a denial suggests is sufficient and minimal; where no consent helps, none is suggested."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus, PeopleInData
from consentry.decisions.what_would_allow import (
    NO_CONSENT,
    ConsentingParty,
    RequiredConsent,
    WouldAllow,
    find_what_would_allow,
    with_people_in_order,
)
from consentry.kernel.requests import Use
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


def required(facts: Facts, *parties: ConsentingParty, **fields: Any) -> tuple[RequiredConsent, ...]:
    use = Use(operation=facts.operation, service=facts.service)
    return tuple(RequiredConsent(party, use, **fields) for party in parties)


NONE = WouldAllow(NO_CONSENT)
ALL_STATUSES = tuple(product(ConsentStatus, (None, *ConsentStatus)))
GRANTED = ConsentStatus.GRANTED


@pytest.mark.parametrize("leaf", DataCategory)
def test_what_would_allow_is_sufficient_and_minimal(leaf: str) -> None:
    for facts, statuses in product(uses(leaf), ALL_STATUSES):
        if allows(facts, statuses):
            continue
        customer, person = statuses
        named = person not in (None, ConsentStatus.UNIDENTIFIED)
        people = PEOPLE if named else NAMED
        by_customer = required(facts, ConsentingParty.CUSTOMER)
        by_people = required(facts, ConsentingParty.PEOPLE, people=(0,) if person else ())
        candidates = {
            CUSTOMER: (by_customer, (GRANTED, person)),
            people: (by_people, (customer, GRANTED)),
            f"{CUSTOMER} and {people}": (by_customer + by_people, (GRANTED, GRANTED)),
        }
        first = next((c for c, (_, then) in candidates.items() if allows(facts, then)), None)

        (suggestion,) = suggestions(facts, evidence_of(leaf, statuses))

        if first is None:
            assert suggestion == replace(NONE, data=(leaf,))
        else:
            sentence = f"needs {first} to {facts.operation} for meeting_summary"
            assert suggestion == WouldAllow(sentence, (leaf,), candidates[first][0])


@pytest.mark.parametrize("leaf", DataCategory)
def test_no_consent_is_suggested_only_where_none_would_allow(leaf: str) -> None:
    for facts in uses(leaf):
        unreadable = evidence_of(leaf, (ConsentStatus.UNREADABLE, None))
        if suggestions(facts, unreadable) == (replace(NONE, data=(leaf,)),):
            assert not any(allows(facts, statuses, True) for statuses in ALL_STATUSES)


@pytest.mark.parametrize("leaf", DataCategory)
def test_data_from_before_the_terms_is_allowed_by_no_consent(leaf: str) -> None:
    for facts in (replace(use, collected_at=BEFORE_THE_TERMS) for use in uses(leaf)):
        never_asked = (ConsentStatus.NEVER_ASKED, ConsentStatus.NEVER_ASKED)

        assert suggestions(facts, evidence_of(leaf, never_asked)) == (replace(NONE, data=(leaf,)),)


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
        assert (suggestion.sentence == NO_CONSENT) is not on_form
        covers_collected = any(each.covers_collected for each in suggestion.consents)
        assert covers_collected is (on_form and not from_now)
        assert (" on a form that covers earlier data" in suggestion.sentence) is covers_collected


def test_each_kind_of_suggestion_is_given_once_and_none_for_allowed_leaves() -> None:
    data = (DataCategory.USAGE, DataCategory.AUDIO, DataCategory.CHAT, DataCategory.PUBLIC_WEB)
    facts = replace(next(uses(DataCategory.AUDIO)), data=data, operation=Operation.FINE_TUNE)
    never_asked = dict.fromkeys(map(str, data), ConsentStatus.NEVER_ASKED)
    people = (PartyStatus("p", Role.HOST, 1, never_asked, data),)

    found = suggestions(facts, Evidence(PartyStatus("c", None, 1, never_asked, data), people))

    sentence = f"needs {CUSTOMER} to fine_tune for meeting_summary"
    by_customer = required(facts, ConsentingParty.CUSTOMER)
    assert found == (WouldAllow(sentence, data[1:3], by_customer), replace(NONE, data=data[3:]))


PEOPLE_STATUSES = st.lists(
    st.tuples(st.sampled_from(Role), st.sampled_from(ConsentStatus), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(st.sampled_from(DataCategory), st.data(), st.sampled_from(ConsentStatus), PEOPLE_STATUSES)
def test_the_positions_are_those_of_exactly_the_people_whose_consent_is_missing(
    leaf: str,
    drawn: st.DataObject,
    customer: ConsentStatus,
    people: list[tuple[Role, ConsentStatus, bool]],
) -> None:
    facts = drawn.draw(st.sampled_from(list(uses(leaf))))

    def outcome(evidence: Evidence) -> Outcome:
        return evaluate(facts, evidence, POLICY_SETS, at=NOW).outcome

    as_is = tuple(
        PartyStatus(f"p{number}", role, 1, {leaf: status}, (leaf,) if covers else ())
        for number, (role, status, covers) in enumerate(people)
    )
    evidence = Evidence(PartyStatus("c", None, 1, {leaf: customer}), as_is)
    if outcome(evidence) is Outcome.ALLOW:
        return

    (needed,) = suggestions(facts, evidence)

    consents = {consent.party: consent for consent in needed.consents}
    positions = {each for consent in needed.consents for each in consent.people}

    def given_by(party: PartyStatus, consent: RequiredConsent | None) -> PartyStatus:
        if consent is None:
            return party
        covered = (leaf,) if consent.covers_collected else party.covers_collected
        return replace(party, statuses={leaf: GRANTED}, covers_collected=covered)

    def after(positions: set[int]) -> Outcome:
        by_people = consents.get(ConsentingParty.PEOPLE)
        changed = (
            given_by(person, by_people if position in positions else None)
            for position, person in enumerate(as_is)
        )
        by_customer = given_by(evidence.customer, consents.get(ConsentingParty.CUSTOMER))
        return outcome(Evidence(by_customer, tuple(changed)))

    if consents:
        assert after(positions) is Outcome.ALLOW
    for position in positions:
        assert after(positions - {position}) is Outcome.DENY


def test_positions_follow_the_order_of_the_request() -> None:
    (facts, *_) = uses(DataCategory.AUDIO)
    needed = (WouldAllow("?", (), required(facts, ConsentingParty.PEOPLE, people=(0, 2))),)

    def hosts(*people: str | None) -> PeopleInData:
        return tuple((person, Role.HOST) for person in people)

    def positions(*now: str | None, before: PeopleInData | None = None) -> tuple[int, ...]:
        before = before or hosts("a", "b", "c")
        (moved,) = with_people_in_order(needed, before, hosts(*now))
        return moved.consents[0].people

    assert positions("a", "b", "c") == (0, 2)
    assert positions("b", "c", "a") == (1, 2)
    assert positions("a", "b", "d") == positions("a", "c") == ()
    assert positions("b", None, None, before=hosts(None, "b", None)) == (1, 2)
