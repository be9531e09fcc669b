"""The contract of PseudonymRepository for people, over the fake DynamoDB and moto."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from consentry.aws.table import Table
from consentry.kernel.errors import UnavailableError
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository, pseudonym_key
from tests.testkit.fakes.dynamodb_tables import KEYS
from tests.testkit.fakes.faults import Fault, FaultyClient, UnprocessedKeysClient

TOKEN = re.compile(r"[a-z2-7]{26}")


def ring(client: Any) -> DynamoDBPseudonymRepository:
    return DynamoDBPseudonymRepository(Table(KEYS, lambda: client, lambda _: None))


class RacingClient:
    """A client that runs another request before its first transaction."""

    def __init__(self, client: Any, first: Callable[[], object]) -> None:
        self.client, self.first = client, [first]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **use_request: Any) -> Any:
        """The transaction, after what comes before it."""
        if self.first:
            self.first.pop()()
        return self.client.transact_write_items(**use_request)


def test_a_pseudonym_is_created_on_first_use_and_never_changes(client: Any) -> None:
    made = ring(client).get_or_create_pseudonyms("acme", ["ann", "bob", "ann"])

    assert made == ring(client).get_or_create_pseudonyms("acme", ["bob", "ann"])
    assert made == ring(client).find_pseudonyms("acme", ["ann", "bob"])
    assert set(made) == {"ann", "bob"}
    assert len(set(made.values())) == 2
    assert all(TOKEN.fullmatch(name) for name in made.values())


def test_looking_up_a_pseudonym_creates_none(client: Any) -> None:
    keys = ring(client)
    ann = keys.get_or_create_pseudonyms("acme", ["ann"])

    assert keys.find_pseudonyms("acme", ["ann", "bob"]) == ann
    assert keys.find_pseudonyms("acme", ["bob"]) == keys.find_pseudonyms("acme", []) == {}
    assert keys.get_or_create_pseudonyms("acme", []) == {}


def test_a_person_has_a_different_pseudonym_with_each_customer(client: Any) -> None:
    keys = ring(client)

    assert keys.get_or_create_pseudonyms("acme", ["ann"]) != keys.get_or_create_pseudonyms(
        "globex", ["ann"]
    )


def test_more_people_than_one_transaction_holds_get_pseudonyms(client: Any) -> None:
    crowd = [f"person-{each}" for each in range(230)]
    keys = ring(client)
    some = keys.get_or_create_pseudonyms("acme", crowd[50:60])

    names = keys.get_or_create_pseudonyms("acme", crowd)

    assert len(set(names.values())) == len(crowd)
    assert some.items() <= names.items()
    assert names == keys.find_pseudonyms("acme", crowd)


def test_two_concurrent_first_uses_create_one_pseudonym(client: Any) -> None:
    theirs: dict[str, str] = {}
    raced = RacingClient(
        client, lambda: theirs.update(ring(client).get_or_create_pseudonyms("acme", ["ann"]))
    )

    ours = ring(raced).get_or_create_pseudonyms("acme", ["ann", "bob"])

    assert ours["ann"] == theirs["ann"]
    assert ours == ring(client).find_pseudonyms("acme", ["ann", "bob"])


def test_a_pseudonym_with_a_lost_response_is_read_back(client: Any) -> None:
    keys = ring(client)
    keys.key_of("acme")
    faulty = FaultyClient(client, None, None, Fault.RETRIED_BY_SDK)

    made = ring(faulty).get_or_create_pseudonyms("acme", ["ann"])

    assert not faulty.faults

    assert made == keys.find_pseudonyms("acme", ["ann"])


def test_pseudonyms_that_stay_unprocessed_are_unavailable(client: Any) -> None:
    ring(client).get_or_create_pseudonyms("acme", ["ann"])
    partition = pseudonym_key(ring(client).key_of("acme"), "ann")[0]
    unprocessed = UnprocessedKeysClient(client, {partition: 10**6})

    with pytest.raises(UnavailableError):
        ring(unprocessed).find_pseudonyms("acme", ["ann"])
    with pytest.raises(UnavailableError):
        ring(unprocessed).get_or_create_pseudonyms("acme", ["ann"])
