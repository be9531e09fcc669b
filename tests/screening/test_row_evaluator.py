"""Evaluating rows by pattern gives the same results as evaluating each row."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.consent.status import UNREADABLE_STATE, PartyState, build_rule, state_after
from consentry.decisions.evaluation import evaluate
from consentry.decisions.inputs import Evidence, Facts, party_status
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import leaves_of
from consentry.kernel.vocabulary import ConsentStatus, Operation
from consentry.manifests.model import ManifestRow
from consentry.screening.row_evaluator import RowEvaluator
from consentry.screening.row_patterns import row_outcome_of
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import MaterialChange
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library
from tests.testkit.builders.screenings import screening
from tests.testkit.campaign import examples
from tests.testkit.meeting_words import Role, Service
from tests.testkit.strategies import FEW_DATA, FEW_USES, HOURS, consent_events

PEOPLE = ("ann", "bob", "cid")
EARLIER = st.sampled_from([timedelta(days=days) for days in (0, 1, 2, 400, 1300)])


def evaluator_of(people: Mapping[str, PartyState]) -> RowEvaluator:
    """A row evaluator of the default policy sets with the states of these people."""
    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())
    row_evaluator = RowEvaluator(screening(), PartyState(), policy_sets, at=NOW)
    row_evaluator.people.states.update(people)
    return row_evaluator


@st.composite
def states(draw: st.DrawFn) -> PartyState:
    if not (among_ten := draw(st.integers(0, 9))):
        return UNREADABLE_STATE
    if among_ten == 1:
        return PartyState(version=3, closed=True)
    state = PartyState()
    for consent_event, form in draw(st.lists(consent_events(), max_size=3)):
        state = state_after(state, build_rule(consent_event, form, at=draw(HOURS)))
    return state


@st.composite
def rows(draw: st.DrawFn) -> ManifestRow:
    return ManifestRow(
        data=leaves_of(tuple(draw(st.sets(st.sampled_from(FEW_DATA), min_size=1)))),
        collected_at=NOW - draw(EARLIER),
        collected_by=draw(st.sampled_from([Service.MEETING_SUMMARY, Service.GENERAL])),
        people=draw(
            st.frozensets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Role)), max_size=4)
        ),
    )


def changed_now() -> AssignedPolicies:
    """The default policy sets with a material change of fine-tuning now, which invalidates grants."""
    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())
    change = MaterialChange(NOW, Operation.FINE_TUNE)
    return replace(policy_sets, terms=replace(policy_sets.terms, material=(change,)))


@settings(max_examples=examples(75, 1200), deadline=None)
@given(
    st.sampled_from(FEW_USES),
    states(),
    st.fixed_dictionaries({person: states() for person in PEOPLE}),
    st.lists(rows(), min_size=1, max_size=6),
)
def test_a_row_pattern_gives_the_same_outcome_as_each_row_alone(
    use: dict[str, str],
    customer: PartyState,
    people: dict[str, PartyState],
    many: list[ManifestRow],
) -> None:
    request, policy_sets = screening(use=use), changed_now()
    row_evaluator = RowEvaluator(request, customer, policy_sets, at=NOW)
    row_evaluator.people.states.update(people)
    invalidated = policy_sets.invalidated_before(request.use.operation, request.use.service, at=NOW)

    numbers = [row_evaluator.pattern(row) for row in many]

    alone, ends = [], []
    for row in many:
        declared = (request.use.operation, request.use.service, request.model_owner)
        facts = Facts(row.data, *declared, row.collected_at, row.collected_by)
        stood = partial(party_status, facts=facts, at=NOW, invalidated_before=invalidated)
        statuses = tuple(stood(people[name], party=name, role=role) for name, role in row.people)
        evidence = Evidence(stood(customer), statuses)
        patterns = evaluate(facts, evidence, policy_sets, at=NOW)
        alone.append(row_outcome_of(patterns))
        ends.append(patterns.expires_at)
    assert [row_evaluator.patterns[number].row_outcome for number in numbers] == alone
    row_patterns = [
        k.as_row_pattern(numbers.count(n), None) for n, k in enumerate(row_evaluator.patterns)
    ]
    assert sum(pattern.rows for pattern in row_patterns) == len(many)
    reevaluated = [
        evaluate(pattern.facts, pattern.evidence, policy_sets, at=NOW) for pattern in row_patterns
    ]
    assert [row_outcome_of(each) for each in reevaluated] == [
        pattern.row_outcome for pattern in row_patterns
    ]
    first = {end for end in ends if end}
    assert {each.expires_at for each in reevaluated if each.expires_at} <= first
    assert min(first, default=None) == min(
        (each.expires_at for each in reevaluated if each.expires_at), default=None
    )


def test_rows_with_the_same_consents_share_one_row_pattern() -> None:
    people = {f"p{number}": PartyState() for number in range(100)}
    row_evaluator = evaluator_of(people)
    numbers = Counter[int]()

    for number, person in enumerate(people):
        day = NOW - timedelta(days=number)
        people_of_row = frozenset({(person, Role.SPEAKER)})
        row = ManifestRow(leaves_of((FEW_DATA[0],)), day, Service.MEETING_SUMMARY, people_of_row)
        numbers[row_evaluator.pattern(row)] += 1

    assert numbers == {0: 100}


def test_a_person_being_erased_differs_from_one_who_was_never_asked() -> None:
    people = {"ann": PartyState(), "bob": PartyState(version=3, closed=True)}
    row_evaluator = evaluator_of(people)

    ann, bob = row_evaluator.people.numbers(people, leaves_of((FEW_DATA[0],)), NOW)

    assert ann != bob
    assert set(row_evaluator.people.statuses[bob].statuses.values()) == {ConsentStatus.WITHDRAWN}


def test_a_row_collected_in_the_future_is_invalid() -> None:
    row_evaluator = evaluator_of({})
    later = NOW + timedelta(minutes=6)

    with pytest.raises(InvalidRequestError, match="collected_at"):
        row_evaluator.pattern(
            ManifestRow(leaves_of((FEW_DATA[0],)), later, Service.MEETING_SUMMARY, frozenset())
        )
