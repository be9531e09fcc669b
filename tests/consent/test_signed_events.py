"""Events signed by a JWS: only by a registered key of the customer that is not revoked."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEvent
from consentry.consent.stored_event import with_readable_jws
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ConflictingIdError,
    ForbiddenCustomerError,
    NotFoundError,
    UnverifiedSignatureError,
)
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.event_signers import (
    EventSigner,
    another,
    ed25519,
    es256,
    register_signer,
    revoke_signer,
    with_jws,
)
from tests.testkit.fakes.faults import FaultyClient

GRANTING = {"kind": "grant", "form_id": FORM_SHA256}


@pytest.mark.parametrize("signer", [es256(), ed25519()], ids=["ES256", "Ed25519"])
def test_a_grant_signed_by_a_registered_key_is_granted(
    deps: FakeDependencies, signer: EventSigner
) -> None:
    deps.record(consent_event("w", "withdrawal"))
    register_signer(deps, signer)

    deps.record(signer.signed("g", **GRANTING))

    assert deps.decide(use_request()).allows


def test_the_jws_is_stored_encrypted_and_shown_without_its_payload(deps: FakeDependencies) -> None:
    register_signer(deps, es256(), person="ann")
    event = es256().signed("g", person="ann", **GRANTING)

    record = deps.record(event).record

    assert record.signature_evidence is not None
    header, _, signature = (event.jws or "").split(".")
    assert record.signature_evidence.kid == es256().kid
    assert signature not in (record.signature_evidence.jws or "")
    shown = with_readable_jws(record, deps.pseudonyms.key_of(ACME)).signature_evidence
    assert shown is not None
    assert shown.jws == f"{header}..{signature}"


def unregistered(deps: FakeDependencies) -> ConsentEvent:
    return another().signed("g", **GRANTING)


def of_another_customer(deps: FakeDependencies) -> ConsentEvent:
    register_signer(deps, another(), customer="globex")
    return another().signed("g", **GRANTING)


def revoked_before(deps: FakeDependencies) -> ConsentEvent:
    register_signer(deps, another())
    revoke_signer(deps, another())
    register_signer(deps, another())
    return another().signed("g", **GRANTING)


def altered(deps: FakeDependencies) -> ConsentEvent:
    register_signer(deps, es256())
    signed = es256().signed("g", **GRANTING)
    return signed.model_copy(update={"data": ("customer_content",)})


def of_another_event(deps: FakeDependencies) -> ConsentEvent:
    register_signer(deps, es256(), person="bob")
    signed = es256().signed("g", person="ann", **GRANTING)
    return with_jws(es256().signed("g", person="bob", **GRANTING), signed.jws or "")


@pytest.mark.promise(8)
@pytest.mark.parametrize("signed_for", ["ann", "bob", None])
@pytest.mark.parametrize("registered_for", ["ann", None])
@pytest.mark.parametrize("representative", [None, {"who": "dana", "authority": "guardian"}])
def test_a_key_signs_only_for_its_own_party_or_as_a_representative_of_the_customer(
    deps: FakeDependencies,
    registered_for: str | None,
    signed_for: str | None,
    representative: dict[str, str] | None,
) -> None:
    register_signer(deps, es256(), person=registered_for)
    event = es256().signed("g", person=signed_for, representative=representative, **GRANTING)

    if registered_for == signed_for or (registered_for is None and representative):
        assert deps.record(event).record.signature_evidence is not None
    else:
        with pytest.raises(UnverifiedSignatureError, match="another party"):
            deps.record(event)


def test_a_key_cannot_be_registered_for_two_parties(deps: FakeDependencies) -> None:
    first = register_signer(deps, es256(), person="ann")

    for party in (None, "bob"):
        with pytest.raises(ConflictingIdError):
            register_signer(deps, es256(), person=party)

    assert register_signer(deps, es256(), person="ann") == first
    assert first.party != "ann"


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    "signing", [unregistered, of_another_customer, revoked_before, altered, of_another_event]
)
def test_an_event_with_an_invalid_signature_is_not_stored(
    deps: FakeDependencies, signing: Callable[[FakeDependencies], ConsentEvent]
) -> None:
    event = signing(deps)

    with pytest.raises(UnverifiedSignatureError):
        deps.record(event)

    assert [
        stored.consent_event.consent_event_id
        for stored in deps.consents.consent_events(ACME, CUSTOMER_PARTY)
    ] == ["granted"]


def test_a_key_revoked_during_the_write_rejects_the_event(deps: FakeDependencies) -> None:
    register_signer(deps, es256())

    class InterruptedClient(FaultyClient):
        """The key is revoked after it was read and before the event is committed."""

        def transact_write_items(self, **use_request: object) -> object:
            revoke_signer(deps, es256())
            return self.client.transact_write_items(**use_request)

    with pytest.raises(UnverifiedSignatureError, match="revoked"):
        FakeDependencies(InterruptedClient(deps.client)).record(es256().signed("g", **GRANTING))

    assert deps.consents.consent_event(ACME, CUSTOMER_PARTY, "g") is None


def test_an_event_stored_before_its_key_was_revoked_stays_valid(
    deps: FakeDependencies,
) -> None:
    register_signer(deps, es256())
    event = es256().signed("g", **GRANTING)
    first = deps.record(event)

    revoke_signer(deps, es256())

    assert deps.record(event, at=NOW + SECOND) == first
    assert deps.decide(use_request(), at=NOW + timedelta(minutes=1)).allows


@pytest.mark.promise(7)
def test_signing_keys_are_managed_only_by_their_own_customer(deps: FakeDependencies) -> None:
    globex = FakeDependencies(deps.client, caller=Caller.allowed("gus", "globex"))
    register_signer(deps, es256())

    with pytest.raises(ForbiddenCustomerError):
        register_signer(globex, another())
    with pytest.raises(ForbiddenCustomerError):
        revoke_signer(globex, es256())
    with pytest.raises(NotFoundError):
        revoke_signer(deps, another())
