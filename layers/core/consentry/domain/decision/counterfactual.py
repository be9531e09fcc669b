"""What would change a denial: found by asking the same law about other standings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding
from consentry.domain.decision.judgement import Judgement, Outcome, judge
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.vocabulary import Role, Standing


def needs(
    judgement: Judgement, facts: Facts, evidence: Evidence, books: BoundBooks, *, at: datetime
) -> tuple[str, ...]:
    """What the denied data of a judgement needs, a sentence for each kind of need; of an allow, nothing."""
    denied = {leaf for found in judgement.findings if found.denies for leaf in found.data}
    singles = (replace(facts, data=(leaf,)) for leaf in facts.data if leaf in denied)
    # Each sentence once, in the order of the data; nothing consented to is asked again.
    return tuple(dict.fromkeys(_need(single, evidence, books, at) for single in singles))


def _need(facts: Facts, evidence: Evidence, books: BoundBooks, at: datetime) -> str:
    use = f"to {facts.operation} for {facts.service}"
    for consent, granted in _other_worlds(facts, evidence, books, at):
        if judge(facts, granted, books, at=at).outcome is Outcome.ALLOW:
            return f"needs {consent} {use}"
    return "no consent would change this"


def _other_worlds(
    facts: Facts, evidence: Evidence, books: BoundBooks, at: datetime
) -> Iterator[tuple[str, Evidence]]:
    """The nearest other evidence first, so that no more consent is named than is needed."""
    customer = _granting(evidence.customer)
    yield "the customer's consent", replace(evidence, customer=customer)
    of_people, people = _people_granting(evidence)
    yield of_people, replace(evidence, people=people)
    yield f"the customer's consent and {of_people}", Evidence(customer, people)
    if books.terms.in_force(facts.collected_at) is not books.terms.in_force(at):
        form = "the customer's consent on a form that covers earlier data"
        lifting = replace(customer, lifts=facts.data)
        yield form, replace(evidence, customer=lifting)
        yield f"{form} and {of_people}", Evidence(lifting, people)


def _people_granting(evidence: Evidence) -> tuple[str, tuple[PartyStanding, ...]]:
    if evidence.people:
        people = tuple(_granting(person) for person in evidence.people)
        return "the consent of the people in the data", people
    somebody = PartyStanding("somebody", Role.HOST, 0, _granting(evidence.customer).standings)
    return "the people in the data to be named, and none of them to object,", (somebody,)


def _granting(party: PartyStanding) -> PartyStanding:
    return replace(
        party,
        version=party.version or 0,
        standings=dict.fromkeys(party.standings, Standing.GRANTED),
    )
