"""A material change invalidates the earlier grants for the uses that it names, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from consentry.consent.consent_event import NamedPerson
from consentry.consent.status import PartyState, build_rule, state_after, summarize_statuses
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import STRICTNESS, ConsentStatus, Operation
from consentry.renewal.renewal import renewal_due
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import MaterialChange, PolicySet
from tests.testkit.builders.dependencies import FORM, NOW, consent_event, library
from tests.testkit.meeting_words import EVERY_USE, DataCategory, Service
from tests.testkit.strategies import HOURS, states

HOUR = timedelta(hours=1)
TUNE, INFER, GENERAL = Operation.FINE_TUNE, Operation.INFER, Service.GENERAL
GRANTS = {ConsentStatus.GRANTED, ConsentStatus.DEEMED}


def with_changes(name: str, *changes: MaterialChange) -> PolicySet:
    return replace(library().policy_sets[name], material=changes)


def invalidated_before(
    *changes: MaterialChange, at: datetime = NOW, dry_run: bool = False
) -> datetime | None:
    guardrail = with_changes("house", *changes)
    policy_sets = AssignedPolicies(
        with_changes("announced"), (guardrail,), frozenset({"house"} if dry_run else ())
    )
    return policy_sets.invalidated_before(TUNE, GENERAL, at=at)


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        (MaterialChange(NOW, TUNE), True),
        (MaterialChange(NOW, TUNE, GENERAL), True),
        (MaterialChange(NOW, TUNE, Service.TRANSLATION), False),
        (MaterialChange(NOW, INFER), False),
        (MaterialChange(NOW + HOUR, TUNE), False),
    ],
    ids=["every service", "this service", "another service", "another operation", "not yet"],
)
def test_a_material_change_applies_to_its_uses_from_its_time_on(
    change: MaterialChange, concerned: bool
) -> None:
    assert invalidated_before(change) == (NOW if concerned else None)


def test_the_last_material_change_in_force_counts() -> None:
    changes = [MaterialChange(NOW + hours * HOUR, TUNE) for hours in (-2, 2, -1)]

    assert invalidated_before(*changes) == NOW - HOUR


def test_a_dry_run_policy_set_invalidates_no_consent() -> None:
    assert invalidated_before(MaterialChange(NOW, TUNE), dry_run=True) is None


@pytest.mark.promise(5)
def test_the_terms_of_august_2023_invalidate_only_training_consents() -> None:
    policy_sets = AssignedPolicies(library().policy_sets["zoom-terms"])
    (effective,) = {change.at for change in policy_sets.terms.material}

    invalidated = {
        use
        for use in EVERY_USE
        if policy_sets.invalidated_before(use.operation, use.service, at=NOW)
    }

    assert effective.date().isoformat() == "2023-08-11"
    assert {use.operation for use in invalidated} == {Operation.FINE_TUNE, Operation.PRETRAIN}
    assert len(invalidated) == 2 * len(Service)
    assert (
        policy_sets.invalidated_before(TUNE, GENERAL, at=effective - timedelta(microseconds=1))
        is None
    )


@pytest.mark.promise(5)
@given(states(), HOURS, HOURS)
def test_a_material_change_invalidates_only_earlier_grants(
    state: PartyState, changed: datetime, at: datetime
) -> None:
    for use in EVERY_USE:
        for leaf in DataCategory:
            before = state.status(use, leaf, at=at)
            status = state.status(use, leaf, at=at, invalidated_before=changed)

            rule = state.rule_for(use, leaf)
            invalidated = before in GRANTS and rule is not None and rule.at < changed
            assert status is (ConsentStatus.INVALIDATED if invalidated else before)
            assert STRICTNESS[status] >= STRICTNESS[before]


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("signature", "fresh"), [("click", ConsentStatus.GRANTED), ("none", ConsentStatus.DEEMED)]
)
def test_a_grant_at_or_after_the_change_is_valid(signature: str, fresh: ConsentStatus) -> None:
    grant = consent_event("g", "grant", form_id="0" * 64, signature=signature)
    moments = (NOW - timedelta(microseconds=1), NOW)
    granted = [state_after(PartyState(), build_rule(grant, FORM, at=at)) for at in moments]

    use = Use(operation=TUNE, service=Service.MEETING_SUMMARY)
    statuses = [
        state.status(use, DataCategory.AUDIO, at=NOW + HOUR, invalidated_before=NOW)
        for state in granted
    ]

    assert statuses == [ConsentStatus.INVALIDATED, fresh]


@pytest.mark.promise(5)
def test_a_change_for_one_service_invalidates_that_service_only() -> None:
    uses = [{"operation": "fine_tune", "service": each} for each in ("meeting_summary", "general")]
    grant = consent_event("g", "grant", uses=uses, form_id="0" * 64, signature="click")
    state = state_after(PartyState(), build_rule(grant, FORM, at=NOW))
    policy_sets = AssignedPolicies(
        with_changes("announced", MaterialChange(NOW + HOUR, TUNE, GENERAL))
    )

    summary = summarize_statuses(state, policy_sets, at=NOW + HOUR)

    assert {each.service: each.status for each in summary} == {
        GENERAL: ConsentStatus.INVALIDATED,
        Service.MEETING_SUMMARY: ConsentStatus.GRANTED,
    }


def test_a_consent_invalidated_again_after_renewal_has_another_renewal_id() -> None:
    state = state_after(PartyState(), build_rule(consent_event("g", "grant"), None, at=NOW))
    policy_sets = AssignedPolicies(with_changes("announced", MaterialChange(NOW + HOUR, TUNE)))

    due = [
        renewal_due("acme", NamedPerson(person="ann"), "a" * 26, each, policy_sets, at=NOW + HOUR)
        for each in (state, state, replace(state, version=2))
    ]

    ids = [each.renewal_id for each in due if each]
    assert ids[0] == ids[1] != ids[2]
