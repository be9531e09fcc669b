"""The port `SigningKeys`, promise by promise, over our fake and over moto."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.domain.consent.signing_keys import KeyRecord
from tests.fakes.faults import Fault, Faulty
from tests.fakes.signing import another, es256
from tests.fakes.worlds import ACME, NOW, World

KEPT = KeyRecord(kid=es256().kid, key=es256().public, at=NOW, registered_by="ann")
LATER = NOW + timedelta(days=1)


def test_a_key_is_found_under_its_customer_and_thumbprint_alone(world: World) -> None:
    assert world.signers.register(ACME, KEPT) == KEPT

    assert world.signers.of(ACME, KEPT.kid) == KEPT
    assert world.signers.of("globex", KEPT.kid) is None
    assert world.signers.of(ACME, another().kid) is None


def test_the_same_key_again_stays_as_it_was_revoked_or_not(world: World) -> None:
    again = KEPT.model_copy(update={"at": LATER, "registered_by": "bob"})
    world.signers.register(ACME, KEPT)

    assert world.signers.register(ACME, again) == KEPT
    revoked = world.signers.revoke(ACME, KEPT, at=LATER, by="ann")

    assert (revoked.at, revoked.revoked_at, revoked.revoked_by) == (NOW, LATER, "ann")
    assert world.signers.register(ACME, again) == revoked == world.signers.of(ACME, KEPT.kid)


def test_a_key_revoked_twice_is_revoked_since_the_first_time(world: World) -> None:
    world.signers.register(ACME, KEPT)
    first = world.signers.revoke(ACME, KEPT, at=NOW, by="ann")

    assert world.signers.revoke(ACME, first, at=LATER, by="bob") == first


def test_an_answer_that_was_lost_changes_nothing(client: Any) -> None:
    world = World(Faulty(client, Fault.ASKED_TWICE))

    assert world.signers.register(ACME, KEPT) == KEPT == World(client).signers.of(ACME, KEPT.kid)


def test_an_error_of_dynamodb_is_no_registration(client: Any) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, Fault.NOT_APPLIED)).signers.register(ACME, KEPT)

    assert World(client).signers.of(ACME, KEPT.kid) is None
