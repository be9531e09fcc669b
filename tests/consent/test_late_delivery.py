"""Late delivery: `done_at` decides the order of a party's events, `expected_version` stops a stale event."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.consent.record_consent import RecordedConsent
from consentry.consent.status import PartyState
from consentry.kernel.errors import (
    ConflictingVersionError,
    InvalidRequestError,
    UnverifiedSignatureError,
)
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, Operation
from tests.testkit.builders.dependencies import (
    EVER,
    FINE_TUNE,
    FORM,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
)
from tests.testkit.builders.event_signers import es256, register_signer

HOUR = timedelta(hours=1)
USE = Use(operation=Operation.FINE_TUNE, service="meeting_summary")
AUDIO, CHAT = "customer_content.audio", "customer_content.chat"


def status(state: PartyState, leaf: str = AUDIO) -> str:
    return state.status(USE, leaf, at=NOW)


def record(
    deps: FakeDependencies, consent_event_id: str, kind: str, *, received: Any = NOW, **fields: Any
) -> RecordedConsent:
    if kind == "grant":
        form = deps.consents.register(FORM, at=EVER).form_id
        fields = {"form_id": form, "signature": "click"} | fields
    return deps.record(consent_event(consent_event_id, kind, **fields), at=received)


def done(at: Any) -> dict[str, str]:
    return {"done_at": at.isoformat()}


@pytest.mark.parametrize("person", [None, "ann"], ids=["the customer", "a person"])
@pytest.mark.parametrize("kind", ["refusal", "withdrawal"])
def test_a_grant_from_before_a_known_denial_does_not_override_it(
    deps: FakeDependencies, kind: str, person: str | None
) -> None:
    record(deps, "no", kind, person=person, received=NOW - HOUR)

    late = record(deps, "g", "grant", person=person, **done(NOW - 2 * HOUR))

    assert status(late.state) in (ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN)
    assert late.record.superseded_by == ("no",)


def test_a_repeated_late_grant_gives_the_same_answer(deps: FakeDependencies) -> None:
    record(deps, "no", "withdrawal", received=NOW - HOUR)
    first = record(deps, "g", "grant", **done(NOW - 2 * HOUR))

    again = record(deps, "g", "grant", **done(NOW - 2 * HOUR))

    assert again == first


def test_a_late_grant_takes_effect_where_nothing_was_denied(deps: FakeDependencies) -> None:
    record(deps, "no", "refusal", data=[CHAT], received=NOW - HOUR)

    late = record(deps, "g", "grant", data=[AUDIO, CHAT], **done(NOW - 2 * HOUR))

    assert (status(late.state), status(late.state, CHAT)) == ("granted", "refused")


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(-SECOND, "withdrawn"), (0 * SECOND, "withdrawn"), (SECOND, "granted")],
    ids=["before", "at the same time", "after"],
)
def test_done_at_decides_between_a_grant_and_a_late_withdrawal(
    deps: FakeDependencies, ahead: timedelta, expected: str
) -> None:
    at = NOW - 2 * HOUR
    record(deps, "no", "withdrawal", received=NOW - HOUR, **done(at))

    assert status(record(deps, "g", "grant", **done(at + ahead)).state) == expected


def test_a_late_withdrawal_takes_effect_over_a_later_grant(deps: FakeDependencies) -> None:
    record(deps, "g", "grant", received=NOW - HOUR)

    late = record(deps, "no", "withdrawal", **done(NOW - 2 * HOUR))

    assert status(late.state) == "withdrawn"


def test_every_known_denial_counts_and_not_only_the_last_one(deps: FakeDependencies) -> None:
    # given a refusal, a grant after it, and a late withdrawal from before both
    record(deps, "no", "refusal", received=NOW - 3 * HOUR)
    record(deps, "yes", "grant", received=NOW - 2 * HOUR)
    record(deps, "earlier", "withdrawal", received=NOW - HOUR, **done(NOW - 9 * HOUR))

    # when a grant arrives from between the withdrawal and the refusal
    late = record(deps, "g", "grant", **done(NOW - 5 * HOUR))

    # then it does not take effect
    assert status(late.state) == "withdrawn"
    assert late.record.superseded_by == ("earlier",)


def test_a_withdrawal_that_is_ahead_stops_a_grant_without_a_time(deps: FakeDependencies) -> None:
    record(deps, "no", "withdrawal", **done(NOW + 4 * timedelta(minutes=1)))

    assert status(record(deps, "g", "grant", received=NOW + SECOND).state) == "withdrawn"


def test_a_late_grant_does_not_replace_a_later_one(deps: FakeDependencies) -> None:
    record(deps, "g2", "grant", received=NOW - HOUR)

    late = record(deps, "g1", "grant", **done(NOW - 2 * HOUR))

    assert [rule.consent_event_id for rule in late.state.rules] == ["g2"]
    assert late.record.superseded_by == ("g2",)


@pytest.mark.parametrize("stated", [{}, done(NOW - SECOND)], ids=["no time", "an earlier time"])
def test_a_grant_without_a_time_follows_what_was_received_before_whatever_the_clocks_say(
    deps: FakeDependencies, stated: dict[str, str]
) -> None:
    record(deps, "g1", "grant", **stated)

    renewed = record(deps, "g2", "grant", received=NOW - 2 * SECOND)

    assert renewed.record.superseded_by == ()
    assert [rule.consent_event_id for rule in renewed.state.rules] == ["g2"]


def test_a_grant_whose_time_is_ahead_of_a_material_change_does_not_keep_the_run_unbroken(
    deps: FakeDependencies,
) -> None:
    # given a grant from just before a change, by a sender whose clock is ahead
    form = FORM.model_copy(update={"text": "From now on?", "covers_collected": "from_grant"})
    form_id = deps.consents.register(form, at=EVER).form_id
    change = NOW + timedelta(minutes=1)
    ahead = record(deps, "g1", "grant", form_id=form_id, **done(change + SECOND)).state

    # when the party grants again a day later
    renewal = change + timedelta(days=1)
    renewed = record(deps, "g2", "grant", form_id=form_id, received=renewal).state

    # then the first grant is invalidated, and the second one begins a run
    assert ahead.status(USE, AUDIO, at=renewal, invalidated_before=change) == "invalidated"
    rule = renewed.rule_for(USE, AUDIO)
    assert rule is not None
    assert rule.covered_since(change) == renewal


@pytest.mark.parametrize(
    "at", [NOW + timedelta(minutes=5, seconds=1), EVER - SECOND], ids=["ahead", "before the form"]
)
def test_an_implausible_time_is_rejected(deps: FakeDependencies, at: Any) -> None:
    with pytest.raises(InvalidRequestError) as rejected:
        record(deps, "g", "grant", **done(at))

    assert rejected.value.field == "done_at"


def test_the_time_is_part_of_what_is_signed(deps: FakeDependencies) -> None:
    register_signer(deps, es256())
    form = deps.consents.register(FORM, at=EVER).form_id
    signed = es256().signed("g", "grant", form_id=form, uses=[FINE_TUNE], **done(NOW - HOUR))

    assert status(deps.record(signed).state) == "granted"
    moved = signed.model_copy(update={"consent_event_id": "g2", "done_at": NOW})
    with pytest.raises(UnverifiedSignatureError):
        deps.record(moved)


def test_an_event_is_recorded_only_after_the_version_that_its_caller_expects(
    deps: FakeDependencies,
) -> None:
    record(deps, "no", "withdrawal", person="zoe", expected_version=0)

    with pytest.raises(ConflictingVersionError):
        record(deps, "g", "grant", person="zoe", expected_version=0)

    assert record(deps, "g", "grant", person="zoe", expected_version=1).record.version == 2
    assert (
        record(deps, "g", "grant", person="zoe", expected_version=0).record.version == 2
    )  # It is known.
