"""A stored signature verifies again with the registered key, for its own party only."""

from typing import Any

import pytest

from consentry.consent.get_consent import get_consent
from consentry.consent.stored_event import with_readable_jws
from consentry.consent.verify_consent_event import VerifiedSignature, verify_consent_event
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ForbiddenCustomerError,
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
    UnverifiedSignatureError,
)
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    FakeDependencies,
    consent_event,
    party_of,
)
from tests.testkit.builders.event_signers import es256, register_signer, revoke_signer
from tests.testkit.names_in_text import contains_name

DANA = {"who": "dana", "authority": "administrator"}
NAMED = {"signature": "typed_name", "typed_name": "Ann Ruiz"}


def verified(
    deps: FakeDependencies,
    person: str | None = None,
    consent_event_id: str = "a",
    name: str | None = None,
) -> VerifiedSignature:
    return verify_consent_event(
        ACME, party_of(person), consent_event_id, typed_name=name, caller=deps.caller, deps=deps
    )


@pytest.mark.parametrize("person", [None, "ann"], ids=["customer", "person"])
@pytest.mark.parametrize(
    "representative", [None, DANA], ids=["by the party", "by a representative"]
)
def test_a_stored_jws_is_verified_again(
    deps: FakeDependencies, person: str | None, representative: dict[str, str] | None
) -> None:
    register_signer(deps, es256(), person=None if representative else person)
    fields: dict[str, Any] = {"kind": "grant", "person": person, "representative": representative}
    record = deps.record(es256().signed("a", form_id=FORM_SHA256, **fields)).record

    found = verified(deps, person)

    assert (found.kid, found.record, found.revoked_at) == (es256().kid, record, None)
    assert not contains_name(record.model_dump_json(), "dana")


def test_verification_reports_a_key_revoked_since(deps: FakeDependencies) -> None:
    register_signer(deps, es256())
    deps.record(es256().signed("a"))
    revoke_signer(deps, es256())

    assert verified(deps).revoked_at == NOW


def test_a_stored_event_that_was_altered_does_not_verify(named: FakeDependencies) -> None:
    register_signer(named, es256())
    record = named.record(es256().signed("a", person="ann", representative=DANA)).record
    item = named.client.tables["consents"].items[f"{ACME}#{record.party}", "consent_event#a"]

    item["record"]["S"] = item["record"]["S"].replace("audio", "video")

    with pytest.raises(UnverifiedSignatureError, match="signature over this consent event"):
        verified(named, "ann")


def test_a_jws_decrypts_only_for_its_own_event_and_party(deps: FakeDependencies) -> None:
    register_signer(deps, es256())
    record = deps.record(es256().signed("a")).record
    moved = record.model_copy(
        update={"consent_event": record.consent_event.model_copy(update={"consent_event_id": "b"})}
    )

    for other in (moved, record.model_copy(update={"party": "b" * 26})):
        with pytest.raises(UnavailableError):
            with_readable_jws(other, deps.pseudonyms.key_of(ACME))


def test_a_typed_name_is_verified(deps: FakeDependencies) -> None:
    deps.record(consent_event("a", "refusal", person="ann", **NAMED))

    assert verified(deps, "ann", name="Ann Ruiz").kid is None
    with pytest.raises(UnverifiedSignatureError, match="typed_name: "):
        verified(deps, "ann", name="Ann Ruis")


@pytest.mark.parametrize("name", [None, "Ann"])
def test_an_event_with_another_signature_method_cannot_be_verified(
    deps: FakeDependencies, name: str | None
) -> None:
    register_signer(deps, es256())
    deps.record(consent_event("click", "refusal", signature="click"))
    deps.record(es256().signed("jws"))

    with pytest.raises(InvalidRequestError, match="signature: "):
        verified(deps, consent_event_id="click", name=name)
    with pytest.raises(InvalidRequestError, match="signature: "):
        verified(deps, consent_event_id="jws", name="Ann")


def test_events_of_unknown_people_or_forbidden_customers_are_not_verified(
    deps: FakeDependencies,
) -> None:
    with pytest.raises(NotFoundError, match="no such consent event"):
        verified(deps, "stranger", "granted")
    with pytest.raises(ForbiddenCustomerError):
        verified(
            FakeDependencies(deps.client, caller=Caller.allowed("gus", "globex")),
            consent_event_id="granted",
        )


def test_a_signed_event_is_shown_without_its_payload_and_representative(
    deps: FakeDependencies,
) -> None:
    register_signer(deps, es256())
    event = es256().signed("a", representative=DANA)
    deps.record(event)

    shown = get_consent(
        ACME, "customer", as_of=None, at=NOW, caller=deps.caller, deps=deps
    ).consent_events[-1]

    header, _, signature = (event.jws or "").split(".")
    assert shown.signature_evidence
    assert shown.signature_evidence.jws == f"{header}..{signature}"
    assert not contains_name(shown.model_dump_json(), "dana")
