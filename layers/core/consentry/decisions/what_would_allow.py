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
    named. `covers_collected`: the consent must be on a form that covers data collected earlier. All
    three are False if no consent would change the outcome, or if a new request id is needed.
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
    for candidate, granted in _candidates(facts, evidence, policy_sets):
        if evaluate(facts, granted, policy_sets, at=at).outcome is Outcome.ALLOW:
            sentence = f"needs {candidate.sentence} to {facts.operation} for {facts.service}"
            return replace(candidate, sentence=sentence)
    return NO_CONSENT


def _candidates(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies
) -> Iterator[tuple[WouldAllow, Evidence]]:
    """Other evidence, the smallest change first, so that no unnecessary consent is suggested."""
    the_people, people = _people_with_grants(evidence, policy_sets)
    customer = _with_grants(evidence.customer)
    for by_customer, by_people in _CHANGES:
        changed = Evidence(
            _on_form(customer, by_customer, facts) if by_customer else evidence.customer,
            tuple(_on_form(each, by_people, facts) for each in people)
            if by_people
            else evidence.people,
        )
        named = (("the customer's consent", by_customer), (the_people, by_people))
        sentence = " and ".join(f"{name}{_SUFFIX[how]}" for name, how in named if how)
        candidate = WouldAllow(
            sentence, bool(by_customer), bool(by_people), _FORM in (by_customer, by_people)
        )
        yield candidate, changed


_NAMED_PEOPLE = "the consent of the people in the data, who must be named,"
_GRANT, _FORM = "grant", "form"
_SUFFIX = {_GRANT: "", _FORM: " on a form that covers earlier data"}
_CHANGES: tuple[tuple[str | None, str | None], ...] = (
    (_GRANT, None),
    (None, _GRANT),
    (_GRANT, _GRANT),
    (_FORM, None),
    (None, _FORM),
    (_FORM, _GRANT),
    (_GRANT, _FORM),
    (_FORM, _FORM),
)
"""How the customer and the people would consent, the smallest change first."""


def _on_form(party: PartyStatus, how: str, facts: Facts) -> PartyStatus:
    return replace(party, covers_collected=facts.data) if how == _FORM else party


def _people_with_grants(
    evidence: Evidence, policy_sets: AssignedPolicies
) -> tuple[str, tuple[PartyStatus, ...]]:
    if evidence.people:
        people = tuple(_with_grants(person) for person in evidence.people)
        unidentified = any(person.is_unidentified for person in evidence.people)
        return (_NAMED_PEOPLE if unidentified else "the consent of the people in the data"), people
    granted = _with_grants(evidence.customer).statuses
    named = tuple(PartyStatus("example", role, 0, granted) for role in policy_sets.counted_roles)
    return _NAMED_PEOPLE, named


def _with_grants(party: PartyStatus) -> PartyStatus:
    return replace(
        party,
        version=party.version or 0,
        statuses=dict.fromkeys(party.statuses, ConsentStatus.GRANTED),
    )
