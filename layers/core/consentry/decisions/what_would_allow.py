"""What would change a denial: found by asking the same law about other standings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from consentry.decisions.evaluation import Evaluation, Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus, Role
from consentry.terms.assignment import AssignedPolicies


def what_would_allow(
    evaluation: Evaluation,
    facts: Facts,
    evidence: Evidence,
    policy_sets: AssignedPolicies,
    *,
    at: datetime,
) -> tuple[str, ...]:
    """What the denied data of a judgement needs, a sentence for each kind of need; of an allow, nothing."""
    denied = {leaf for found in evaluation.reasons if found.denies for leaf in found.data}
    singles = (replace(facts, data=(leaf,)) for leaf in facts.data if leaf in denied)
    # Each sentence once, in the order of the data; nothing consented to is asked again.
    return tuple(dict.fromkeys(_need(single, evidence, policy_sets, at) for single in singles))


def _need(facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, at: datetime) -> str:
    use = f"to {facts.operation} for {facts.service}"
    for consent, granted in _other_worlds(facts, evidence, policy_sets, at):
        if evaluate(facts, granted, policy_sets, at=at).outcome is Outcome.ALLOW:
            return f"needs {consent} {use}"
    return "no consent would change this"


def _other_worlds(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, at: datetime
) -> Iterator[tuple[str, Evidence]]:
    """The nearest other evidence first, so that no more consent is named than is needed."""
    customer = _granting(evidence.customer)
    yield "the customer's consent", replace(evidence, customer=customer)
    of_people, people = _people_granting(evidence)
    yield of_people, replace(evidence, people=people)
    yield f"the customer's consent and {of_people}", Evidence(customer, people)
    if policy_sets.terms.in_force(facts.collected_at) is not policy_sets.terms.in_force(at):
        form = "the customer's consent on a form that covers earlier data"
        covering = replace(customer, covers_collected=facts.data)
        yield form, replace(evidence, customer=covering)
        yield f"{form} and {of_people}", Evidence(covering, people)


def _people_granting(evidence: Evidence) -> tuple[str, tuple[PartyStatus, ...]]:
    if evidence.people:
        people = tuple(_granting(person) for person in evidence.people)
        return "the consent of the people in the data", people
    somebody = PartyStatus("somebody", Role.HOST, 0, _granting(evidence.customer).statuses)
    return "the people in the data to be named, and none of them to object,", (somebody,)


def _granting(party: PartyStatus) -> PartyStatus:
    return replace(
        party,
        version=party.version or 0,
        statuses=dict.fromkeys(party.statuses, ConsentStatus.GRANTED),
    )
