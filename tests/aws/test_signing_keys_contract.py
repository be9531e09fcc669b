"""The port `SigningKeyRepository`, promise by promise, over our fake and over moto."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.signing_keys import SigningKey
from tests.fakes.faults import Fault, Faulty
from tests.fakes.signing import another, es256
from tests.fakes.worlds import ACME, NOW, World

KEPT = SigningKey(kid=es256().kid, key=es256().public, at=NOW, registered_by="ann")
LATER = NOW + timedelta(days=1)


def test_a_key_is_found_under_its_customer_and_thumbprint_alone(deps: World) -> None:
    assert deps.signing_keys.register(ACME, KEPT) == KEPT

    assert deps.signing_keys.of(ACME, KEPT.kid) == KEPT
    assert deps.signing_keys.of("globex", KEPT.kid) is None
    assert deps.signing_keys.of(ACME, another().kid) is None


def test_the_same_key_again_stays_as_it_was_revoked_or_not(deps: World) -> None:
    again = KEPT.model_copy(update={"at": LATER, "registered_by": "bob"})
    deps.signing_keys.register(ACME, KEPT)

    assert deps.signing_keys.register(ACME, again) == KEPT
    revoked = deps.signing_keys.revoke(ACME, KEPT, at=LATER, by="ann")

    assert (revoked.at, revoked.revoked_at, revoked.revoked_by) == (NOW, LATER, "ann")
    assert (
        deps.signing_keys.register(ACME, again) == revoked == deps.signing_keys.of(ACME, KEPT.kid)
    )


def test_a_key_revoked_twice_is_revoked_since_the_first_time(deps: World) -> None:
    deps.signing_keys.register(ACME, KEPT)
    first = deps.signing_keys.revoke(ACME, KEPT, at=NOW, by="ann")

    assert deps.signing_keys.revoke(ACME, first, at=LATER, by="bob") == first


def test_an_answer_that_was_lost_changes_nothing(client: Any) -> None:
    deps = World(Faulty(client, Fault.ASKED_TWICE))

    assert (
        deps.signing_keys.register(ACME, KEPT)
        == KEPT
        == World(client).signing_keys.of(ACME, KEPT.kid)
    )


def test_an_error_of_dynamodb_is_no_registration(client: Any) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, Fault.NOT_APPLIED)).signing_keys.register(ACME, KEPT)

    assert World(client).signing_keys.of(ACME, KEPT.kid) is None
