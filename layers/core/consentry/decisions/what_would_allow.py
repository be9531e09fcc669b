"""What would turn a denial into an allow: found by evaluating the same use on other consent statuses."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from consentry.decisions.evaluation import Evaluation, Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus
from consentry.terms.assignment import AssignedPolicies


@dataclass(frozen=True, slots=True)
class WouldAllow:
    """What would allow some of the denied data, as a sentence and as data.

    `customer`: the customer's consent. `people`: the consent of the people in the data, who must be
    named. `covers_collected`: the customer's consent must be on a form that covers data collected
    earlier. All three are False if no consent would change the outcome, or if a new request id is needed.
    """

    sentence: str
    customer: bool = False
    people: bool = False
    covers_collected: bool = False


NO_CONSENT = WouldAllow("no consent would change this")


def find_what_would_allow(
    evaluation: Evaluation,
    facts: Facts,
    evidence: Evidence,
    policy_sets: AssignedPolicies,
    *,
    at: datetime,
) -> tuple[WouldAllow, ...]:
    """What the denied data requires, each requirement once, in the order of the data."""
    denied = {leaf for reason in evaluation.reasons if reason.denies for leaf in reason.data}
    leaves = (replace(facts, data=(leaf,)) for leaf in facts.data if leaf in denied)
    return tuple(
        dict.fromkeys(_first_that_allows(leaf, evidence, policy_sets, at) for leaf in leaves)
    )


def _first_that_allows(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, at: datetime
) -> WouldAllow:
    for candidate, granted in _candidates(facts, evidence, policy_sets, at):
        if evaluate(facts, granted, policy_sets, at=at).outcome is Outcome.ALLOW:
            sentence = f"needs {candidate.sentence} to {facts.operation} for {facts.service}"
            return replace(candidate, sentence=sentence)
    return NO_CONSENT


def _candidates(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, at: datetime
) -> Iterator[tuple[WouldAllow, Evidence]]:
    """Other evidence, the smallest change first, so that no unnecessary consent is suggested."""
    the_customer = "the customer's consent"
    the_people, people = _people_with_grants(evidence, policy_sets)
    customer = _with_grants(evidence.customer)
    yield WouldAllow(the_customer, customer=True), replace(evidence, customer=customer)
    yield WouldAllow(the_people, people=True), replace(evidence, people=people)
    both = f"{the_customer} and {the_people}"
    yield WouldAllow(both, customer=True, people=True), Evidence(customer, people)
    if policy_sets.terms.in_force(facts.collected_at) is not policy_sets.terms.in_force(at):
        on_form = WouldAllow(
            f"{the_customer} on a form that covers earlier data",
            customer=True,
            covers_collected=True,
        )
        customer = replace(customer, covers_collected=facts.data)
        yield on_form, replace(evidence, customer=customer)
        both = f"{on_form.sentence} and {the_people}"
        yield replace(on_form, sentence=both, people=True), Evidence(customer, people)


def _people_with_grants(
    evidence: Evidence, policy_sets: AssignedPolicies
) -> tuple[str, tuple[PartyStatus, ...]]:
    if evidence.people:
        people = tuple(_with_grants(person) for person in evidence.people)
        return "the consent of the people in the data", people
    granted = _with_grants(evidence.customer).statuses
    named = tuple(PartyStatus("example", role, 0, granted) for role in policy_sets.counted_roles)
    return "the consent of the people in the data, who must be named,", named


def _with_grants(party: PartyStatus) -> PartyStatus:
    return replace(
        party,
        version=party.version or 0,
        statuses=dict.fromkeys(party.statuses, ConsentStatus.GRANTED),
    )
