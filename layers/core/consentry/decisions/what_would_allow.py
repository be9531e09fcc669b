"""What would turn a denial into an allow: found by evaluating the same use on other consent statuses."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from consentry.decisions.evaluation import Evaluation, Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus, PeopleInData
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Role
from consentry.terms.assignment import AssignedPolicies


class ConsentingParty(StrEnum):
    """Whose consent is required."""

    CUSTOMER = "customer"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class RequiredConsent:
    """A consent that a denial lacks.

    `people`: the positions in the request's `people`, from 0, of those whose consent is missing; empty for the
    customer, and if people must be named first. `covers_collected`: whether the form must cover data collected
    earlier; otherwise any form of this use will do.
    """

    party: ConsentingParty
    use: Use
    covers_collected: bool = False
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WouldAllow:
    """What would allow some of the denied data, as a sentence and as data.

    `consents`: all of them are required for `data`; empty if no consent would change the outcome.
    `new_request_id`: whether a new request id is needed, because this one has its final answer.
    """

    sentence: str
    data: tuple[DataCategory, ...] = ()
    consents: tuple[RequiredConsent, ...] = ()
    new_request_id: bool = False


NO_CONSENT = "no consent would change this"


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
    found: dict[WouldAllow, list[DataCategory]] = {}
    for leaf in facts.data:
        if leaf in denied:
            needed = _first_that_allows(replace(facts, data=(leaf,)), evidence, policy_sets, at)
            found.setdefault(needed, []).append(leaf)
    return tuple(replace(needed, data=tuple(leaves)) for needed, leaves in found.items())


def with_people_in_order(
    needed: tuple[WouldAllow, ...], before: PeopleInData, now: PeopleInData
) -> tuple[WouldAllow, ...]:
    """The same requirements for a request that lists its people in another order.

    People in one role who have no pseudonym are alike. Without positions if the people are not the
    same.
    """
    if before == now:
        return needed
    positions: dict[tuple[str | None, Role], list[int]] = {}
    for position, person in enumerate(now):
        positions.setdefault(person, []).append(position)
    same = Counter(before) == Counter(now)
    moved_to = [positions[person].pop(0) for person in before] if same else []

    def moved(consent: RequiredConsent) -> RequiredConsent:
        people = (moved_to[old] for old in consent.people if same)
        return replace(consent, people=tuple(sorted(people)))

    return tuple(replace(each, consents=tuple(map(moved, each.consents))) for each in needed)


def _first_that_allows(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, at: datetime
) -> WouldAllow:
    use = Use(operation=facts.operation, service=facts.service)
    for sentence, (by_customer, by_people), changed in _candidates(facts, evidence, policy_sets):
        if evaluate(facts, changed, policy_sets, at=at).outcome is not Outcome.ALLOW:
            continue
        consents = []
        if by_customer:
            form = by_customer == _FORM
            consents.append(RequiredConsent(ConsentingParty.CUSTOMER, use, form))
        if by_people:
            people = _who_denies(facts, evidence, changed, policy_sets, at)
            form = by_people == _FORM
            consents.append(RequiredConsent(ConsentingParty.PEOPLE, use, form, people))
        sentence = f"needs {sentence} to {facts.operation} for {facts.service}"
        return WouldAllow(sentence, consents=tuple(consents))
    return WouldAllow(NO_CONSENT)


def _who_denies(
    facts: Facts,
    evidence: Evidence,
    changed: Evidence,
    policy_sets: AssignedPolicies,
    at: datetime,
) -> tuple[int, ...]:
    """The positions of people whose consent alone, as it is, keeps the use denied."""
    (leaf,) = facts.data
    found: dict[object, bool] = {}
    positions = []
    for position, person in enumerate(evidence.people):
        alike = (person.role, person.status_on(leaf), leaf in person.covers_collected)
        if alike not in found:
            people = list(changed.people)
            people[position] = person
            one_as_is = replace(changed, people=tuple(people))
            outcome = evaluate(facts, one_as_is, policy_sets, at=at).outcome
            found[alike] = outcome is not Outcome.ALLOW
        if found[alike]:
            positions.append(position)
    return tuple(positions)


def _candidates(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies
) -> Iterator[tuple[str, tuple[str | None, str | None], Evidence]]:
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
        yield sentence, (by_customer, by_people), changed


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
