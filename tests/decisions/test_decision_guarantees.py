"""Promises 1 to 4, each in one plain case. The interleavings test them exhaustively."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.items import state_key
from consentry.decisions.decide import MAX_AGE
from consentry.decisions.decision import SUPERSEDED
from consentry.kernel.errors import ConflictingIdError, UnavailableError
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.fakes.dynamodb_tables import DECISIONS
from tests.testkit.fakes.faults import Fault, FaultyClient, UnprocessedKeysClient
from tests.testkit.stopped_process import InterruptedClient

BEFORE_PUT = 5
"""The calls of a decision on one person with a pseudonym: the log, then two readings of two calls each."""


def many(count: int) -> list[dict[str, str]]:
    return [{"person": f"p{number}", "role": "speaker"} for number in range(count)]


@pytest.mark.promise(1)
@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.RESPONSE_LOST])
@pytest.mark.parametrize("call", range(3))
def test_a_decision_is_logged_before_it_is_answered(
    deps: FakeDependencies, fault: Fault, call: int
) -> None:
    broken = FakeDependencies(FaultyClient(deps.client, *[None] * call, fault))

    with pytest.raises(ClientError):
        broken.decide(use_request())

    answered = deps.decide(use_request())
    assert deps.decisions.latest(answered.decision_id) == answered


@pytest.mark.promise(2)
@pytest.mark.parametrize("person", [None, "ann"], ids=["the customer", "a person"])
@pytest.mark.parametrize("people", [1, 98, 99, 250], ids=lambda count: f"{count} people")
def test_no_decision_allows_after_a_withdrawal_has_returned(
    deps: FakeDependencies, person: str | None, people: int
) -> None:
    named = [{"person": "ann", "role": "speaker"}, *many(people - 1)]
    request = use_request(people=named)
    assert deps.decide(request).allows

    deps.record(consent_event("w", "withdrawal", person=person))

    assert not deps.decide(request).allows
    assert not deps.decide(use_request("r-2", people=named)).allows


@pytest.mark.promise(2)
@pytest.mark.parametrize(("people", "calls"), [(1, 3), (150, 4)], ids=["1 person", "150 people"])
def test_a_withdrawal_between_the_readings_is_respected(
    deps: FakeDependencies, people: int, calls: int
) -> None:
    withdrawal = consent_event("w", "withdrawal", person="p0")
    interrupted = InterruptedClient(deps.client, {calls: [lambda: deps.record(withdrawal)]})

    decision = FakeDependencies(interrupted).decide(use_request(people=many(people)))

    assert not decision.allows
    assert decision.evidence.people[0].version == 1


@pytest.mark.promise(2)
def test_an_allow_put_after_a_withdrawal_is_not_answered_to_a_later_request(
    deps: FakeDependencies,
) -> None:
    withdrawal = consent_event("w", "withdrawal")
    interrupted = InterruptedClient(deps.client, {BEFORE_PUT: [lambda: deps.record(withdrawal)]})

    concurrent = FakeDependencies(interrupted).decide(use_request())
    later = deps.decide(use_request())

    assert (concurrent.allows, later.allows, later.revision) == (True, False, 2)


def test_an_allow_that_is_put_late_is_read_again(deps: FakeDependencies) -> None:
    times = iter([0.0, MAX_AGE + 1, 10.0, 10.0 + MAX_AGE])
    slow = replace(deps)
    vars(slow)["monotonic"] = lambda: next(times)

    decision = slow.decide(use_request())

    assert decision.allows
    assert not list(times)


def test_consents_that_change_between_all_readings_are_unavailable(deps: FakeDependencies) -> None:
    class ChangingClient(FaultyClient):
        """Each reading comes after another grant."""

        grants = 0

        def batch_get_item(self, **arguments: Any) -> Any:
            self.grants += 1
            deps.grant(consent_event_id=f"grant-{self.grants}")
            return self.client.batch_get_item(**arguments)

    with pytest.raises(UnavailableError):
        FakeDependencies(ChangingClient(deps.client)).decide(use_request())

    assert not deps.client.tables[DECISIONS].items


@pytest.mark.promise(3)
def test_one_request_id_has_one_decision(deps: FakeDependencies) -> None:
    first = deps.decide(use_request())
    again = deps.decide(use_request(), at=NOW + SECOND)

    assert again == first
    with pytest.raises(ConflictingIdError):
        deps.decide(use_request(model_owner="customer"))
    assert deps.decisions.latest(first.decision_id) == first


@pytest.mark.promise(3)
def test_a_decision_is_revised_only_from_allow_to_deny(deps: FakeDependencies) -> None:
    allowed = deps.decide(use_request())
    deps.record(consent_event("w", "withdrawal"))
    denied = deps.decide(use_request())
    deps.grant(consent_event_id="again")

    assert (allowed.allows, allowed.revision) == (True, 1)
    assert (denied.allows, denied.revision, denied.revises) == (False, 2, 1)
    assert deps.decide(use_request()) == denied
    assert deps.decide(use_request("r-2")).allows


@pytest.mark.promise(3)
def test_an_expired_or_superseded_allow_is_denied_on_redelivery(
    deps: FakeDependencies,
) -> None:
    deps.decide(use_request("expired"))
    deps.decide(use_request("superseded"))

    expired = deps.decide(use_request("expired"), at=NOW + timedelta(minutes=15))
    deps.grant(consent_event_id="again")
    superseded = deps.decide(use_request("superseded"))

    assert [each.allows for each in (expired, superseded)] == [False, False]
    assert expired.what_would_allow == superseded.what_would_allow == (SUPERSEDED,)


MISSING: dict[str, dict[str, Any]] = {
    "no person is named": {"people": []},
    "a use without consent": {"use": {"operation": "infer", "service": "chat_compose"}},
    "data without consent": {"data": ["customer_content"]},
    "data from before any terms": {
        "collected": {"at": "2001-01-01T00:00:00Z", "by_service": "meeting_summary"}
    },
    "a customer without consent events": {"customer": "globex"},
}


@pytest.mark.promise(4)
@pytest.mark.parametrize("changed", MISSING.values(), ids=MISSING)
def test_missing_consent_is_never_an_allow(deps: FakeDependencies, changed: dict[str, Any]) -> None:
    assert deps.decide(use_request()).allows
    assert not deps.decide(use_request("r-2", **changed)).allows


@pytest.mark.promise(4)
@pytest.mark.parametrize("party", ["customer", "ann"])
def test_an_unreadable_consent_state_is_unavailable(deps: FakeDependencies, party: str) -> None:
    pseudonym = (
        party if party == "customer" else deps.pseudonyms.find_pseudonyms(ACME, [party])[party]
    )
    deps.record(consent_event("anns", "grant", person="ann"))
    unreadable = FakeDependencies(
        UnprocessedKeysClient(deps.client, {state_key(ACME, pseudonym)[0]: 10**6})
    )

    with pytest.raises(UnavailableError):
        unreadable.decide(use_request())

    assert not deps.client.tables[DECISIONS].items


@pytest.mark.promise(4)
def test_an_expired_consent_is_never_an_allow(deps: FakeDependencies) -> None:
    deps.grant(consent_event_id="short", until=(NOW + SECOND).isoformat())
    soon = deps.decide(use_request())
    late = deps.decide(use_request("r-2"), at=NOW + SECOND)

    assert (soon.allows, soon.expires_at) == (True, NOW + SECOND)
    assert not late.allows
