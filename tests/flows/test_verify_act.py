"""A stored signature verified again: by what is kept and the registered key, for the right person alone."""

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
from tests.fakes.signing import es256
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, World, consent_event
from tests.flows.test_signed_acts import register, revoke

DANA = {"who": "dana", "authority": "administrator"}
NAMED = {"signature": "typed_name", "typed_name": "Ann Ruiz"}


def verified(
    deps: World, person: str | None = None, consent_event_id: str = "a", name: str | None = None
) -> VerifiedSignature:
    return verify_consent_event(
        ACME, person, consent_event_id, typed_name=name, caller=deps.caller, deps=deps
    )


@pytest.mark.parametrize("person", [None, "ann"], ids=["customer", "person"])
@pytest.mark.parametrize("representative", [None, DANA], ids=["itself", "in its place"])
def test_a_stored_jws_is_verified_again(
    deps: World, person: str | None, representative: dict[str, str] | None
) -> None:
    register(deps, es256())
    said: dict[str, Any] = {"kind": "grant", "person": person, "representative": representative}
    record = deps.record(es256().signed("a", form=FORM_SHA256, **said)).record

    found = verified(deps, person)

    assert (found.kid, found.record, found.revoked_at) == (es256().kid, record, None)
    assert "dana" not in record.model_dump_json()


def test_of_a_key_that_was_revoked_since_it_is_told(deps: World) -> None:
    register(deps, es256())
    deps.record(es256().signed("a"))
    revoke(deps, es256())

    assert verified(deps).revoked_at == NOW


def test_what_was_kept_otherwise_than_it_was_signed_does_not_hold(named: World) -> None:
    register(named, es256())
    record = named.record(es256().signed("a", person="ann", representative=DANA)).record
    kept = named.client.tables["consents"].items[f"{ACME}#{record.party}", "act#a"]

    kept["record"]["S"] = kept["record"]["S"].replace("audio", "video")

    with pytest.raises(UnverifiedSignatureError, match="signature over this act"):
        verified(named, "ann")


def test_a_jws_opens_for_the_act_that_it_was_sealed_with_alone(deps: World) -> None:
    register(deps, es256())
    record = deps.record(es256().signed("a")).record
    moved = record.model_copy(
        update={"consent_event": record.consent_event.model_copy(update={"consent_event_id": "b"})}
    )

    for other in (moved, record.model_copy(update={"party": "b" * 26})):
        with pytest.raises(UnavailableError):
            with_readable_jws(other, deps.pseudonyms.key_of(ACME))


def test_a_typed_name_is_tested(deps: World) -> None:
    deps.record(consent_event("a", "refusal", person="ann", **NAMED))

    assert verified(deps, "ann", name="Ann Ruiz").kid is None
    with pytest.raises(UnverifiedSignatureError, match="typed_name: "):
        verified(deps, "ann", name="Ann Ruis")


@pytest.mark.parametrize("name", [None, "Ann"])
def test_what_was_signed_otherwise_cannot_be_verified(deps: World, name: str | None) -> None:
    register(deps, es256())
    deps.record(consent_event("click", "refusal", signature="click"))
    deps.record(es256().signed("jws"))

    with pytest.raises(InvalidRequestError, match="signature: "):
        verified(deps, consent_event_id="click", name=name)
    with pytest.raises(InvalidRequestError, match="signature: "):
        verified(deps, consent_event_id="jws", name="Ann")


def test_who_is_not_known_or_not_the_callers_is_not_told_of(deps: World) -> None:
    with pytest.raises(NotFoundError, match="no such act"):
        verified(deps, "stranger", "granted")
    with pytest.raises(ForbiddenCustomerError):
        verified(
            World(deps.client, caller=Caller.allowed("gus", "globex")), consent_event_id="granted"
        )


def test_what_is_shown_of_a_signed_act_is_its_jws_without_who_did_it(deps: World) -> None:
    register(deps, es256())
    said = es256().signed("a", representative=DANA)
    deps.record(said)

    shown = get_consent(
        ACME, None, as_of=None, at=NOW, caller=deps.caller, deps=deps
    ).consent_events[-1]

    header, _, signature = (said.jws or "").split(".")
    assert shown.signature_evidence
    assert shown.signature_evidence.jws == f"{header}..{signature}"
    assert "dana" not in shown.model_dump_json()
