"""The contract of PseudonymRepository for customer keys, over the fake DynamoDB and moto."""

from typing import Any

import pytest

from consentry.aws.table import Table
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.testkit.fakes.dynamodb_tables import KEYS
from tests.testkit.fakes.faults import Fault, FaultyClient


def ring(client: Any) -> DynamoDBPseudonymRepository:
    return DynamoDBPseudonymRepository(Table(KEYS, lambda: client, lambda _: None))


def test_a_customer_key_is_created_on_first_use_and_never_changes(client: Any) -> None:
    first = ring(client)
    made = first.key_of("acme")

    assert made == first.key_of("acme") == ring(client).key_of("acme")
    assert len(made.secret) == 32


@pytest.mark.promise(7)
def test_each_customer_has_its_own_key(client: Any) -> None:
    keys = ring(client)

    assert keys.key_of("acme").secret != keys.key_of("globex").secret


def test_two_concurrent_first_uses_create_one_key(client: Any) -> None:
    class RacingClient:
        """Another request creates the key between our read and our write."""

        exceptions = client.exceptions

        def get_item(self, **use_request: Any) -> Any:
            found = client.get_item(**use_request)
            ring(client).key_of("acme")
            return found

        def put_item(self, **use_request: Any) -> Any:
            return client.put_item(**use_request)

    assert ring(RacingClient()).key_of("acme") == ring(client).key_of("acme")


def test_a_key_with_a_lost_response_is_read_back(client: Any) -> None:
    made = ring(FaultyClient(client, None, Fault.RETRIED_BY_SDK)).key_of("acme")

    assert made == ring(client).key_of("acme")


def test_a_key_is_not_in_its_repr(client: Any) -> None:
    keys = ring(client)
    made = keys.key_of("acme")

    assert repr(made.secret) not in repr(made)
    assert "secret" not in repr(keys)


@pytest.mark.promise(7)
def test_to_find_nobody_creates_no_key(client: Any) -> None:
    keys = ring(client)

    assert keys.find_pseudonyms("acme", ["ann"]) == {}
    assert keys.find_similar("acme", "ann") == {}

    assert Table(KEYS, lambda: client, lambda _: None).get(("acme", "key")) is None
