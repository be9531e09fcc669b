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
    """A client that runs another request before its first write."""

    def __init__(self, client: Any, first: Callable[[], object]) -> None:
        self.client, self.first = client, [first]

    def __getattr__(self, name: str) -> Any:
        if name in ("put_item", "transact_write_items") and self.first:
            self.first.pop()()
        return getattr(self.client, name)


CREATE = pytest.mark.parametrize("create", ["get_or_create_pseudonyms", "get_or_create_many"])


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


@CREATE
def test_more_people_than_one_transaction_holds_get_pseudonyms(client: Any, create: str) -> None:
    crowd = [f"person-{each}" for each in range(230)]
    keys = ring(client)
    some = getattr(keys, create)("acme", crowd[50:60])

    names = getattr(keys, create)("acme", crowd)

    assert len(set(names.values())) == len(crowd)
    assert some.items() <= names.items()
    assert names == keys.find_pseudonyms("acme", crowd)


@CREATE
def test_two_concurrent_first_uses_create_one_pseudonym(client: Any, create: str) -> None:
    ring(client).key_of("acme")
    theirs: dict[str, str] = {}
    raced = RacingClient(
        client, lambda: theirs.update(ring(client).get_or_create_pseudonyms("acme", ["ann"]))
    )

    ours = getattr(ring(raced), create)("acme", ["ann", "bob"])

    assert ours["ann"] == theirs["ann"]
    assert ours == ring(client).find_pseudonyms("acme", ["ann", "bob"])


@CREATE
def test_a_pseudonym_with_a_lost_response_is_read_back(client: Any, create: str) -> None:
    keys = ring(client)
    keys.key_of("acme")
    faulty = FaultyClient(client, None, None, Fault.RETRIED_BY_SDK)

    made = getattr(ring(faulty), create)("acme", ["ann"])

    assert not faulty.faults
    assert made == keys.find_pseudonyms("acme", ["ann"])


def test_a_first_use_holds_no_item_in_a_transaction(client: Any) -> None:
    keys = ring(FaultyClient(client))
    vars(keys.table.client())["transact_write_items"] = lambda **_: pytest.fail("a transaction")

    assert keys.get_or_create_pseudonyms("acme", ["ann", "bob"])


def test_pseudonyms_that_stay_unprocessed_are_unavailable(client: Any) -> None:
    ring(client).get_or_create_pseudonyms("acme", ["ann"])
    partition = pseudonym_key(ring(client).key_of("acme"), "ann")[0]
    unprocessed = UnprocessedKeysClient(client, {partition: 10**6})

    with pytest.raises(UnavailableError):
        ring(unprocessed).find_pseudonyms("acme", ["ann"])
    with pytest.raises(UnavailableError):
        ring(unprocessed).get_or_create_pseudonyms("acme", ["ann"])


@CREATE
def test_people_with_the_same_normalised_id_are_found(client: Any, create: str) -> None:
    keys = ring(client)
    made = getattr(keys, create)("acme", ["ann", "ANN ", "ben"])
    getattr(keys, create)("globex", ["Ann"])

    found = keys.find_similar("acme", "Ann")

    assert sorted(found.values()) == sorted([made["ann"], made["ANN "]])
    assert set(keys.find_similar("acme", "ann").values()) == {made["ANN "]}
