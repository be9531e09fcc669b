"""The contract of SigningKeyRepository, over the fake DynamoDB and moto."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.signing_keys import SigningKey
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies
from tests.testkit.builders.event_signers import another, es256
from tests.testkit.fakes.faults import Fault, FaultyClient

KEY = SigningKey(kid=es256().kid, jwk=es256().public, party="customer", at=NOW, registered_by="ann")
LATER = NOW + timedelta(days=1)


def test_a_signing_key_is_found_only_by_its_customer_and_thumbprint(deps: FakeDependencies) -> None:
    assert deps.signing_keys.register(ACME, KEY) == KEY

    assert deps.signing_keys.get(ACME, KEY.kid) == KEY
    assert deps.signing_keys.get("globex", KEY.kid) is None
    assert deps.signing_keys.get(ACME, another().kid) is None


def test_registering_a_signing_key_again_changes_nothing(deps: FakeDependencies) -> None:
    again = KEY.model_copy(update={"at": LATER, "registered_by": "bob"})
    deps.signing_keys.register(ACME, KEY)

    assert deps.signing_keys.register(ACME, again) == KEY
    revoked = deps.signing_keys.revoke(ACME, KEY, at=LATER, by="ann")

    assert (revoked.at, revoked.revoked_at, revoked.revoked_by) == (NOW, LATER, "ann")
    assert (
        deps.signing_keys.register(ACME, again) == revoked == deps.signing_keys.get(ACME, KEY.kid)
    )


def test_revoking_a_signing_key_twice_keeps_the_first_time(deps: FakeDependencies) -> None:
    deps.signing_keys.register(ACME, KEY)
    first = deps.signing_keys.revoke(ACME, KEY, at=NOW, by="ann")

    assert deps.signing_keys.revoke(ACME, first, at=LATER, by="bob") == first


def test_a_signing_key_with_a_lost_response_is_stored_once(client: Any) -> None:
    deps = FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK))

    assert (
        deps.signing_keys.register(ACME, KEY)
        == KEY
        == FakeDependencies(client).signing_keys.get(ACME, KEY.kid)
    )


def test_a_dynamodb_error_registers_no_signing_key(client: Any) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, Fault.NOT_APPLIED)).signing_keys.register(ACME, KEY)

    assert FakeDependencies(client).signing_keys.get(ACME, KEY.kid) is None
