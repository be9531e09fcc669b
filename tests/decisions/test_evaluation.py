"""Evaluation is total, strictest first and by leaf, for every status, category and use."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.decisions.evaluation import CONSENT_UNREADABLE, Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.policy_set import PolicySet
from consentry.terms.truth_table import Ruling, TruthTable
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library
from tests.testkit.meeting_words import LEAVES_UNDER, DataCategory, Role, Service
from tests.testkit.strategies import evidence, facts

POLICY_SETS = DEFAULT_ASSIGNMENT.resolve(library())
HERE = Service.MEETING_SUMMARY
OTHER_SERVICE = {True: HERE, False: Service.GENERAL}


def single(leaf: str, operation: Operation, same: bool, owner: ModelOwner) -> Facts:
    return Facts((leaf,), operation, HERE, owner, NOW, OTHER_SERVICE[same])


def evidence_of(leaf: str, customer: ConsentStatus, *people: ConsentStatus) -> Evidence:
    return Evidence(
        PartyStatus("customer", None, 1, {leaf: customer}, (leaf,)),
        tuple(PartyStatus(str(n), Role.GUEST, 1, {leaf: s}, (leaf,)) for n, s in enumerate(people)),
    )


def in_force(policy_set: PolicySet) -> TruthTable:
    table = policy_set.in_force(NOW)
    assert table is not None
    return table


@pytest.mark.promise(4)
@pytest.mark.parametrize("leaf", DataCategory)
def test_every_input_is_allowed_iff_terms_permit_and_no_guardrail_forbids(
    leaf: str,
) -> None:
    terms, guardrail = in_force(POLICY_SETS.terms), in_force(POLICY_SETS.guardrails[0])

    def counted(people: ConsentStatus, table: TruthTable) -> ConsentStatus:
        """Somebody unidentified counts only where people must be named."""
        required = leaf in table.people_required_for
        unidentified = people is ConsentStatus.UNIDENTIFIED
        return people if required or not unidentified else ConsentStatus.GRANTED

    for operation, same, owner in product(Operation, (True, False), ModelOwner):
        facts_of_use = single(leaf, operation, same, owner)
        for customer, people in product(ConsentStatus, ConsentStatus):
            evaluation = evaluate(
                facts_of_use, evidence_of(leaf, customer, people), POLICY_SETS, at=NOW
            )

            row = (leaf, operation, same, owner, customer)
            permitted = terms.entry(*row, counted(people, terms)).ruling is Ruling.PERMIT
            forbidden = guardrail.entry(*row, counted(people, guardrail)).ruling is Ruling.FORBID
            readable = ConsentStatus.UNREADABLE not in (customer, people)
            allowed = permitted and not forbidden and readable
            assert (evaluation.outcome is Outcome.ALLOW) is allowed
            assert evaluation.reasons


@pytest.mark.promise(4)
@pytest.mark.parametrize("leaf", [DataCategory.AUDIO, DataCategory.TELEMETRY])
def test_somebody_unidentified_next_to_a_person_allows_only_what_both_allow(leaf: str) -> None:
    unidentified = evidence_of(leaf, ConsentStatus.GRANTED, ConsentStatus.UNIDENTIFIED).people
    operations = product(Operation, ModelOwner)
    for (operation, owner), customer, status in product(operations, ConsentStatus, ConsentStatus):
        facts = single(leaf, operation, True, owner)
        named = evidence_of(leaf, customer, status)

        each = [named, replace(named, people=unidentified)]
        both = replace(named, people=(*named.people, *unidentified))
        alone, nobody, together = (
            evaluate(facts, evidence, POLICY_SETS, at=NOW).outcome for evidence in (*each, both)
        )

        assert (together is Outcome.ALLOW) is (alone is nobody is Outcome.ALLOW)


@pytest.mark.promise(4)
@given(facts().flatmap(lambda use: st.tuples(st.just(use), evidence(use.data))))
def test_unreadable_consent_is_never_an_allow(drawn: tuple[Facts, Evidence]) -> None:
    use, statuses = drawn
    unreadable_customer = replace(statuses, customer=replace(statuses.customer, version=None))
    cases = [unreadable_customer]
    if statuses.people:
        unreadable = replace(statuses.people[-1], version=None)
        cases.append(replace(statuses, people=(*statuses.people[:-1], unreadable)))

    for case in cases:
        assert evaluate(use, case, POLICY_SETS, at=NOW).outcome is Outcome.DENY


@given(facts().flatmap(lambda use: st.tuples(st.just(use), evidence(use.data))))
def test_several_leaves_are_allowed_only_if_each_is(drawn: tuple[Facts, Evidence]) -> None:
    use, statuses = drawn

    one_by_one = [
        evaluate(replace(use, data=(leaf,)), statuses, POLICY_SETS, at=NOW) for leaf in use.data
    ]
    together = evaluate(use, statuses, POLICY_SETS, at=NOW)

    assert (together.outcome is Outcome.ALLOW) is all(
        each.outcome is Outcome.ALLOW for each in one_by_one
    )
    denied = {leaf for reason in together.reasons if reason.denies for leaf in reason.data}
    denied_alone = {
        leaf
        for evaluation in one_by_one
        for reason in evaluation.reasons
        if reason.denies
        for leaf in reason.data
    }
    assert denied == denied_alone


@pytest.mark.parametrize("node", [node for node in LEAVES_UNDER if "." not in node])
def test_a_parent_category_means_all_its_leaves(node: str) -> None:
    assert LEAVES_UNDER[node] == tuple(
        leaf for leaf in DataCategory if leaf == node or leaf.startswith(f"{node}.")
    )


@given(facts().flatmap(lambda use: st.tuples(st.just(use), evidence(use.data))))
def test_a_dry_run_guardrail_gives_the_same_reasons_and_denies_nothing(
    drawn: tuple[Facts, Evidence],
) -> None:
    use, statuses = drawn
    dry_run = evaluate(use, statuses, replace(POLICY_SETS, dry_run=frozenset({"house"})), at=NOW)
    without = evaluate(use, statuses, replace(POLICY_SETS, guardrails=()), at=NOW)
    enforced = evaluate(use, statuses, POLICY_SETS, at=NOW)

    assert dry_run.outcome is without.outcome
    as_enforced = {replace(f, enforced=True) for f in dry_run.reasons if f.policy_set_id == "house"}
    assert as_enforced == {f for f in enforced.reasons if f.policy_set_id == "house"}
    assert all(f.enforced is (f.policy_set_id != "house") for f in dry_run.reasons)


def test_terms_are_enforced_even_if_listed_as_dry_run() -> None:
    use = single(DataCategory.AUDIO, Operation.FINE_TUNE, True, ModelOwner.FIRST_PARTY)
    statuses = evidence_of(DataCategory.AUDIO, ConsentStatus.NEVER_ASKED, ConsentStatus.GRANTED)
    policy_sets = replace(POLICY_SETS, dry_run=frozenset({"announced", "house"}))

    assert evaluate(use, statuses, policy_sets, at=NOW).outcome is Outcome.DENY


@pytest.mark.promise(4)
def test_no_data_is_not_an_allow() -> None:
    nothing = Facts((), Operation.INFER, HERE, ModelOwner.FIRST_PARTY, NOW, HERE)

    evaluation = evaluate(
        nothing, Evidence(PartyStatus("customer", None, 1, {})), POLICY_SETS, at=NOW
    )

    assert (evaluation.outcome, evaluation.expires_at) == (Outcome.DENY, None)


@pytest.mark.promise(4)
def test_data_that_the_evidence_does_not_cover_is_denied_whatever_the_terms_permit() -> None:
    telemetry = "service_generated.telemetry"
    facts_of_use = single(telemetry, Operation.PRETRAIN, True, ModelOwner.FIRST_PARTY)
    others = evidence_of("customer_content.audio", ConsentStatus.GRANTED)
    covered = evidence_of(telemetry, ConsentStatus.NEVER_ASKED)

    assert evaluate(facts_of_use, covered, POLICY_SETS, at=NOW).outcome is Outcome.ALLOW
    evaluation = evaluate(facts_of_use, others, POLICY_SETS, at=NOW)

    assert evaluation.outcome is Outcome.DENY
    assert evaluation.reasons[0].rules == (CONSENT_UNREADABLE,)
