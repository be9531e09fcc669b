"""A stored signature verified again: by what is kept and the registered key, for the right person alone."""

from typing import Any

import pytest

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import opened
from consentry.domain.errors import (
    ForeignCustomerError,
    MalformedError,
    NotFoundError,
    UnansweredError,
    UnverifiedSignatureError,
)
from consentry.flows.show_consent import show_consent
from consentry.flows.verify_act import Verified, verify_act
from tests.fakes.signing import es256
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, World, act
from tests.flows.test_signed_acts import register, revoke

DANA = {"who": "dana", "authority": "administrator"}
NAMED = {"signature": "typed_name", "typed_name": "Ann Ruiz"}


def verified(
    world: World, person: str | None = None, act_id: str = "a", name: str | None = None
) -> Verified:
    return verify_act(ACME, person, act_id, typed_name=name, caller=world.caller, world=world)


@pytest.mark.parametrize("person", [None, "ann"], ids=["customer", "person"])
@pytest.mark.parametrize("done_by", [None, DANA], ids=["itself", "in its place"])
def test_a_stored_jws_is_verified_again(
    world: World, person: str | None, done_by: dict[str, str] | None
) -> None:
    register(world, es256())
    said: dict[str, Any] = {"kind": "grant", "person": person, "done_by": done_by}
    record = world.record(es256().signed("a", form=FORM_SHA256, **said)).record

    found = verified(world, person)

    assert (found.kid, found.record, found.revoked_at) == (es256().kid, record, None)
    assert "dana" not in record.model_dump_json()


def test_of_a_key_that_was_revoked_since_it_is_told(world: World) -> None:
    register(world, es256())
    world.record(es256().signed("a"))
    revoke(world, es256())

    assert verified(world).revoked_at == NOW


def test_what_was_kept_otherwise_than_it_was_signed_does_not_hold(named: World) -> None:
    register(named, es256())
    record = named.record(es256().signed("a", person="ann", done_by=DANA)).record
    kept = named.client.tables["consents"].items[f"{ACME}#{record.party}", "act#a"]

    kept["record"]["S"] = kept["record"]["S"].replace("audio", "video")

    with pytest.raises(UnverifiedSignatureError, match="signature over this act"):
        verified(named, "ann")


def test_a_jws_opens_for_the_act_that_it_was_sealed_with_alone(world: World) -> None:
    register(world, es256())
    record = world.record(es256().signed("a")).record
    moved = record.model_copy(update={"act": record.act.model_copy(update={"act_id": "b"})})

    for other in (moved, record.model_copy(update={"party": "b" * 26})):
        with pytest.raises(UnansweredError):
            opened(other, world.keys.key_of(ACME))


def test_a_typed_name_is_tested(world: World) -> None:
    world.record(act("a", "refuse", person="ann", **NAMED))

    assert verified(world, "ann", name="Ann Ruiz").kid is None
    with pytest.raises(UnverifiedSignatureError, match="typed_name: "):
        verified(world, "ann", name="Ann Ruis")


@pytest.mark.parametrize("name", [None, "Ann"])
def test_what_was_signed_otherwise_cannot_be_verified(world: World, name: str | None) -> None:
    register(world, es256())
    world.record(act("click", "refuse", signature="click"))
    world.record(es256().signed("jws"))

    with pytest.raises(MalformedError, match="signature: "):
        verified(world, act_id="click", name=name)
    with pytest.raises(MalformedError, match="signature: "):
        verified(world, act_id="jws", name="Ann")


def test_who_is_not_known_or_not_the_callers_is_not_told_of(world: World) -> None:
    with pytest.raises(NotFoundError, match="no such act"):
        verified(world, "stranger", "granted")
    with pytest.raises(ForeignCustomerError):
        verified(World(world.client, caller=Caller.allowed("gus", "globex")), act_id="granted")


def test_what_is_shown_of_a_signed_act_is_its_jws_without_who_did_it(world: World) -> None:
    register(world, es256())
    said = es256().signed("a", done_by=DANA)
    world.record(said)

    shown = show_consent(ACME, None, as_of=None, at=NOW, caller=world.caller, world=world).acts[-1]

    header, _, signature = (said.jws or "").split(".")
    assert shown.signed_with
    assert shown.signed_with.jws == f"{header}..{signature}"
    assert "dana" not in shown.model_dump_json()
