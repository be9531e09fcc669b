"""Acts signed by a key: the customer's own, while it is registered and not revoked; and what is kept of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import opened
from consentry.domain.consent.acts import CUSTOMER_PARTY, ConsentAct
from consentry.domain.consent.signing_keys import KeyOffered, KeyRecord, KeyRevoked
from consentry.domain.errors import (
    ForeignCustomerError,
    NotFoundError,
    UnverifiedSignatureError,
)
from consentry.flows.register_key import register_key, revoke_key
from tests.fakes.faults import Faulty
from tests.fakes.signing import Signer, another, ed25519, es256, with_jws
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act, asked

GRANTING = {"kind": "grant", "form": FORM_SHA256}


def register(world: World, signer: Signer, customer: str = ACME) -> KeyRecord:
    offered = KeyOffered(customer=customer, key=signer.public)
    return register_key(offered, caller=world.caller, at=NOW, world=world)


def revoke(world: World, signer: Signer) -> KeyRecord:
    revoked = KeyRevoked(customer=ACME, kid=signer.kid)
    return revoke_key(revoked, caller=world.caller, at=NOW, world=world)


@pytest.mark.parametrize("signer", [es256(), ed25519()], ids=["ES256", "Ed25519"])
def test_a_grant_signed_by_a_registered_key_is_granted(world: World, signer: Signer) -> None:
    world.record(act("w", "withdraw"))
    register(world, signer)

    world.record(signer.signed("g", **GRANTING))

    assert world.decide(asked()).allows


def test_the_jws_is_kept_sealed_and_shown_again_without_its_payload(world: World) -> None:
    register(world, es256())
    said = es256().signed("g", person="ann", **GRANTING)

    record = world.record(said).record

    assert record.signed_with is not None
    header, _, signature = (said.jws or "").split(".")
    assert record.signed_with.kid == es256().kid
    assert signature not in (record.signed_with.jws or "")
    shown = opened(record, world.keys.key_of(ACME)).signed_with
    assert shown is not None
    assert shown.jws == f"{header}..{signature}"


def unregistered(world: World) -> ConsentAct:
    return another().signed("g", **GRANTING)


def of_another_customer(world: World) -> ConsentAct:
    register(world, another(), customer="globex")
    return another().signed("g", **GRANTING)


def revoked_before(world: World) -> ConsentAct:
    register(world, another())
    revoke(world, another())
    register(world, another())
    return another().signed("g", **GRANTING)


def altered(world: World) -> ConsentAct:
    register(world, es256())
    signed = es256().signed("g", **GRANTING)
    return signed.model_copy(update={"data": ("customer_content",)})


def of_another_act(world: World) -> ConsentAct:
    register(world, es256())
    signed = es256().signed("g", person="ann", **GRANTING)
    return with_jws(es256().signed("g", person="bob", **GRANTING), signed.jws or "")


@pytest.mark.parametrize(
    "signing", [unregistered, of_another_customer, revoked_before, altered, of_another_act]
)
def test_a_signature_that_cannot_stand_for_the_act_keeps_nothing(
    world: World, signing: Callable[[World], ConsentAct]
) -> None:
    said = signing(world)

    with pytest.raises(UnverifiedSignatureError):
        world.record(said)

    assert [kept.act.act_id for kept in world.consents.acts(ACME, CUSTOMER_PARTY)] == ["granted"]


def test_a_key_revoked_while_its_act_is_being_kept_signs_it_no_more(world: World) -> None:
    register(world, es256())

    class Interrupted(Faulty):
        """The key is revoked between its reading and the act's commit."""

        def transact_write_items(self, **asked: object) -> object:
            revoke(world, es256())
            return self.client.transact_write_items(**asked)

    with pytest.raises(UnverifiedSignatureError, match="revoked"):
        World(Interrupted(world.client)).record(es256().signed("g", **GRANTING))

    assert world.consents.act(ACME, CUSTOMER_PARTY, "g") is None


def test_an_act_kept_before_its_key_was_revoked_stays_and_is_the_same_act_again(
    world: World,
) -> None:
    register(world, es256())
    said = es256().signed("g", **GRANTING)
    first = world.record(said)

    revoke(world, es256())

    assert world.record(said, at=NOW + SECOND) == first
    assert world.decide(asked(), at=NOW + timedelta(minutes=1)).allows


def test_keys_are_registered_and_revoked_by_their_own_customer_alone(world: World) -> None:
    globex = World(world.client, caller=Caller.allowed("gus", "globex"))
    register(world, es256())

    with pytest.raises(ForeignCustomerError):
        register(globex, another())
    with pytest.raises(ForeignCustomerError):
        revoke(globex, es256())
    with pytest.raises(NotFoundError):
        revoke(world, another())
