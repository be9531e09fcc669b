"""Which terms apply when, how long an allow lasts, and that a stricter status never helps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consentry.decisions.evaluation import ALLOW_LASTS, Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import STRICTNESS, ConsentStatus, ModelOwner, Operation
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import PolicySet
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library
from tests.testkit.meeting_words import DataCategory, Role, Service

POLICY_SETS = DEFAULT_ASSIGNMENT.resolve(library())
ORDER = sorted(ConsentStatus, key=STRICTNESS.__getitem__)
MILDER = dict(zip(ORDER, [ORDER[0], *ORDER], strict=False))
USAGE = Facts(
    (DataCategory.USAGE,),
    Operation.EVALUATE,
    Service.GENERAL,
    ModelOwner.FIRST_PARTY,
    NOW,
    Service.GENERAL,
)
GRANTED = dict.fromkeys(map(str, DataCategory), ConsentStatus.GRANTED)
ALL_GRANTED = Evidence(
    PartyStatus("customer", None, 1, GRANTED, tuple(GRANTED)),
    (PartyStatus("p", Role.HOST, 1, GRANTED, tuple(GRANTED)),),
)


@pytest.mark.promise(4)
def test_nothing_collected_before_the_first_terms_is_allowed() -> None:
    early = POLICY_SETS.terms.versions[0].in_force_from - timedelta(microseconds=1)

    evaluation = evaluate(replace(USAGE, collected_at=early), ALL_GRANTED, POLICY_SETS, at=NOW)

    assert [f.rules for f in evaluation.reasons if f.denies] == [("consentry.no_terms_in_force",)]


@pytest.mark.parametrize("party", ["customer", "a person"])
def test_a_grant_that_does_not_cover_the_time_of_collection_counts_as_never_asked_then(
    party: str,
) -> None:
    audio = replace(USAGE, data=(DataCategory.AUDIO,), operation=Operation.FINE_TUNE)
    uncovered, never_asked = (
        _changed(party, covers_collected=()),
        _changed(party, statuses=dict.fromkeys(GRANTED, ConsentStatus.NEVER_ASKED)),
    )

    evaluation = evaluate(audio, uncovered, POLICY_SETS, at=NOW)

    then = evaluate(audio, never_asked, POLICY_SETS, at=NOW)
    assert evaluate(audio, ALL_GRANTED, POLICY_SETS, at=NOW).outcome is Outcome.ALLOW
    terms = POLICY_SETS.terms.name
    assert [each.ruling for each in evaluation.reasons if each.policy_set_id == terms] == [
        each.ruling for each in then.reasons if each.policy_set_id == terms
    ]
    assert uncovered.at_collection == replace(never_asked, **_parties(never_asked, uncovered))


def _changed(party: str, **fields: Any) -> Evidence:
    if party == "customer":
        return replace(ALL_GRANTED, customer=replace(ALL_GRANTED.customer, **fields))
    return replace(ALL_GRANTED, people=(replace(ALL_GRANTED.people[0], **fields),))


def _parties(of: Evidence, like: Evidence) -> dict[str, Any]:
    """The parties of an evidence with the coverage of another."""
    same = [
        replace(party, covers_collected=other.covers_collected)
        for party, other in zip(of.parties, like.parties, strict=True)
    ]
    return {"customer": same[0], "people": tuple(same[1:])}


@pytest.mark.parametrize(
    "policy_set",
    [POLICY_SETS.terms, *POLICY_SETS.guardrails],
    ids=lambda policy_set: policy_set.name,
)
def test_a_stricter_status_never_gets_a_more_lenient_ruling(policy_set: PolicySet) -> None:
    """Two designs rely on this: the strictest status of the people counts, and only downgrades change an epoch."""
    table = policy_set.versions[-1]
    for row, entry in table.rows():
        for milder in (
            row._replace(customer=MILDER[row.customer]),
            row._replace(people=MILDER[row.people]),
        ):
            assert table.entry(*milder).ruling.strictness <= entry.ruling.strictness


def test_an_allow_expires_with_the_first_input_that_expires() -> None:
    ends, next_version = NOW + timedelta(minutes=3), NOW + timedelta(minutes=2)
    person = replace(ALL_GRANTED.people[0], until=ends)
    terms = POLICY_SETS.terms
    coming = replace(terms.versions[-1], in_force_from=next_version)
    changing = AssignedPolicies(replace(terms, versions=(*terms.versions, coming)))

    def expiry(evidence: Evidence, policy_sets: AssignedPolicies) -> object:
        return evaluate(USAGE, evidence, policy_sets, at=NOW).expires_at

    assert expiry(ALL_GRANTED, POLICY_SETS) == NOW + ALLOW_LASTS
    assert expiry(replace(ALL_GRANTED, people=(person,)), POLICY_SETS) == ends
    assert expiry(replace(ALL_GRANTED, people=(person,)), changing) == next_version
