"""The law: total, strictest first, at the leaves; over every standing, category and use of the built books."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import (
    LEAVES_UNDER,
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)
from consentry.terms.truth_table import PolicySet, Ruling, TruthTable
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library
from tests.testkit.strategies import evidence, facts

BOOKS = DEFAULT_ASSIGNMENT.policy_sets(library())
HERE = Service.MEETING_SUMMARY
OTHER_SERVICE = {True: HERE, False: Service.GENERAL}


def single(leaf: DataCategory, operation: Operation, same: bool, owner: ModelOwner) -> Facts:
    return Facts((leaf,), operation, HERE, owner, NOW, OTHER_SERVICE[same])


def with_standings(leaf: DataCategory, customer: ConsentStatus, *people: ConsentStatus) -> Evidence:
    return Evidence(
        PartyStatus("customer", None, 1, {leaf: customer}),
        tuple(PartyStatus(str(n), Role.GUEST, 1, {leaf: s}) for n, s in enumerate(people)),
    )


def in_force(policy_set: PolicySet) -> TruthTable:
    table = policy_set.in_force(NOW)
    assert table is not None
    return table


@pytest.mark.promise(4)
@pytest.mark.parametrize("leaf", DataCategory)
def test_every_input_is_allowed_iff_terms_permit_and_no_guardrail_forbids(
    leaf: DataCategory,
) -> None:
    terms, limit = in_force(BOOKS.terms), in_force(BOOKS.guardrails[0])

    for operation, same, owner in product(Operation, (True, False), ModelOwner):
        asked = single(leaf, operation, same, owner)
        for customer, people in product(ConsentStatus, ConsentStatus):
            judged = evaluate(asked, with_standings(leaf, customer, people), BOOKS, at=NOW)

            row = (leaf, operation, same, owner, customer, people)
            permitted = terms.entry(*row).ruling is Ruling.PERMIT
            forbidden = limit.entry(*row).ruling is Ruling.FORBID
            assert (judged.outcome is Outcome.ALLOW) is (permitted and not forbidden)
            assert judged.reasons


@pytest.mark.promise(4)
@given(facts().flatmap(lambda asked: st.tuples(st.just(asked), evidence(asked.data))))
def test_unreadable_consent_is_never_an_allow(drawn: tuple[Facts, Evidence]) -> None:
    asked, stood = drawn
    unread_customer = replace(stood, customer=replace(stood.customer, version=None))
    cases = [unread_customer]
    if stood.people:
        unread = replace(stood.people[-1], version=None)
        cases.append(replace(stood, people=(*stood.people[:-1], unread)))

    for case in cases:
        assert evaluate(asked, case, BOOKS, at=NOW).outcome is Outcome.DENY


@given(facts().flatmap(lambda asked: st.tuples(st.just(asked), evidence(asked.data))))
def test_several_leaves_are_allowed_only_if_each_is(drawn: tuple[Facts, Evidence]) -> None:
    asked, stood = drawn

    one_by_one = [
        evaluate(replace(asked, data=(leaf,)), stood, BOOKS, at=NOW) for leaf in asked.data
    ]
    together = evaluate(asked, stood, BOOKS, at=NOW)

    assert (together.outcome is Outcome.ALLOW) is all(
        each.outcome is Outcome.ALLOW for each in one_by_one
    )
    denied = {leaf for f in together.reasons if f.denies for leaf in f.data}
    each_denied = {leaf for e in one_by_one for f in e.reasons if f.denies for leaf in f.data}
    assert denied == each_denied


@pytest.mark.parametrize("node", [node for node in LEAVES_UNDER if "." not in node])
def test_a_parent_category_means_all_its_leaves(node: str) -> None:
    assert LEAVES_UNDER[node] == tuple(
        leaf for leaf in DataCategory if leaf == node or leaf.startswith(f"{node}.")
    )


@given(facts().flatmap(lambda asked: st.tuples(st.just(asked), evidence(asked.data))))
def test_a_dry_run_guardrail_gives_the_same_reasons_and_denies_nothing(
    drawn: tuple[Facts, Evidence],
) -> None:
    asked, stood = drawn
    dry_run = evaluate(asked, stood, replace(BOOKS, dry_run=frozenset({"house"})), at=NOW)
    without = evaluate(asked, stood, replace(BOOKS, guardrails=()), at=NOW)
    enforced = evaluate(asked, stood, BOOKS, at=NOW)

    assert dry_run.outcome is without.outcome
    said = {replace(f, enforced=True) for f in dry_run.reasons if f.policy_set_id == "house"}
    assert said == {f for f in enforced.reasons if f.policy_set_id == "house"}
    assert all(f.enforced is (f.policy_set_id != "house") for f in dry_run.reasons)


def test_terms_are_enforced_even_if_listed_as_dry_run() -> None:
    asked = single(DataCategory.AUDIO, Operation.FINE_TUNE, True, ModelOwner.FIRST_PARTY)
    stood = with_standings(DataCategory.AUDIO, ConsentStatus.NEVER_ASKED, ConsentStatus.GRANTED)
    policy_sets = replace(BOOKS, dry_run=frozenset({"announced", "house"}))

    assert evaluate(asked, stood, policy_sets, at=NOW).outcome is Outcome.DENY
