"""The port `PseudonymRepository`, promise by promise, over our fake and over moto."""

from typing import Any

from consentry.aws.table import Table
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import KEYS


def ring(client: Any) -> DynamoDBPseudonymRepository:
    return DynamoDBPseudonymRepository(Table(KEYS, lambda: client, lambda _: None))


def test_a_key_is_made_on_first_use_and_the_same_ever_after_for_every_reader(client: Any) -> None:
    first = ring(client)
    made = first.key_of("acme")

    assert made == first.key_of("acme") == ring(client).key_of("acme")
    assert len(made.secret) == 32


def test_two_customers_have_two_keys(client: Any) -> None:
    keys = ring(client)

    assert keys.key_of("acme").secret != keys.key_of("globex").secret


def test_two_first_uses_at_once_come_to_one_key(client: Any) -> None:
    class Raced:
        """Between our look and our write, somebody else makes the key."""

        exceptions = client.exceptions

        def get_item(self, **asked: Any) -> Any:
            found = client.get_item(**asked)
            ring(client).key_of("acme")
            return found

        def put_item(self, **asked: Any) -> Any:
            return client.put_item(**asked)

    assert ring(Raced()).key_of("acme") == ring(client).key_of("acme")


def test_a_key_whose_answer_was_lost_is_read_back(client: Any) -> None:
    made = ring(Faulty(client, None, Fault.ASKED_TWICE)).key_of("acme")

    assert made == ring(client).key_of("acme")


def test_a_key_is_not_shown(client: Any) -> None:
    keys = ring(client)
    made = keys.key_of("acme")

    assert repr(made.secret) not in repr(made)
    assert "secret" not in repr(keys)
