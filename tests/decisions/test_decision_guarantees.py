"""Promises 1 to 4, each in one plain case. The interleavings test them exhaustively."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.items import epoch_keys, state_key
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
from tests.testkit.fakes.faults import Fault, FaultyClient, UnprocessedKeysClient


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
def test_a_withdrawal_during_a_decision_on_many_people_is_respected(
    deps: FakeDependencies,
) -> None:
    class InterruptedClient(FaultyClient):
        """A person withdraws between the reads and the first commit."""

        withdrawn = False

        def transact_write_items(self, **arguments: Any) -> Any:
            if "revision#" in str(arguments) and not self.withdrawn:
                self.withdrawn = True
                deps.record(consent_event("w", "withdrawal", person="p7"))
            return self.client.transact_write_items(**arguments)

    decision = FakeDependencies(InterruptedClient(deps.client)).decide(
        use_request(people=many(150))
    )

    assert not decision.allows
    assert decision.evidence.people[7].version == 1


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
def test_an_unreadable_consent_state_is_never_an_allow(deps: FakeDependencies, party: str) -> None:
    pseudonym = (
        party if party == "customer" else deps.pseudonyms.find_pseudonyms(ACME, [party])[party]
    )
    deps.record(consent_event("anns", "grant", person="ann"))
    unreadable = FakeDependencies(
        UnprocessedKeysClient(deps.client, {state_key(ACME, pseudonym)[0]: 10**6})
    )

    decision = unreadable.decide(use_request())

    assert not decision.allows
    assert any("unreadable" in rule for reason in decision.reasons for rule in reason.rules)


@pytest.mark.promise(4)
def test_unreadable_epochs_are_unavailable(deps: FakeDependencies) -> None:
    unprocessed = {key[0]: 10**6 for key in epoch_keys(ACME)}

    with pytest.raises(UnavailableError):
        FakeDependencies(UnprocessedKeysClient(deps.client, unprocessed)).decide(
            use_request(people=many(150))
        )


@pytest.mark.promise(4)
def test_an_expired_consent_is_never_an_allow(deps: FakeDependencies) -> None:
    deps.grant(consent_event_id="short", until=(NOW + SECOND).isoformat())
    soon = deps.decide(use_request())
    late = deps.decide(use_request("r-2"), at=NOW + SECOND)

    assert (soon.allows, soon.expires_at) == (True, NOW + SECOND)
    assert not late.allows
