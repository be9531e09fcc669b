"""The names of people in the port `PseudonymRepository`, promise by promise, over our fake and over moto."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from consentry.aws.table import Table
from consentry.kernel.errors import UnavailableError
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository, pseudonym_key
from tests.fakes.faults import Fault, Faulty, Withholding
from tests.fakes.tables import KEYS

TOKEN = re.compile(r"[a-z2-7]{26}")


def ring(client: Any) -> DynamoDBPseudonymRepository:
    return DynamoDBPseudonymRepository(Table(KEYS, lambda: client, lambda _: None))


class Raced:
    """A client before whose first transaction somebody else does something."""

    def __init__(self, client: Any, first: Callable[[], object]) -> None:
        self.client, self.first = client, [first]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **asked: Any) -> Any:
        """The transaction, after what comes before it."""
        if self.first:
            self.first.pop()()
        return self.client.transact_write_items(**asked)


def test_a_name_is_made_on_first_use_and_the_same_ever_after_for_every_reader(client: Any) -> None:
    made = ring(client).get_or_create_pseudonyms("acme", ["ann", "bob", "ann"])

    assert made == ring(client).get_or_create_pseudonyms("acme", ["bob", "ann"])
    assert made == ring(client).find_pseudonyms("acme", ["ann", "bob"])
    assert set(made) == {"ann", "bob"}
    assert len(set(made.values())) == 2
    assert all(TOKEN.fullmatch(name) for name in made.values())


def test_looking_makes_no_name(client: Any) -> None:
    keys = ring(client)
    ann = keys.get_or_create_pseudonyms("acme", ["ann"])

    assert keys.find_pseudonyms("acme", ["ann", "bob"]) == ann
    assert keys.find_pseudonyms("acme", ["bob"]) == keys.find_pseudonyms("acme", []) == {}
    assert keys.get_or_create_pseudonyms("acme", []) == {}


def test_one_person_has_another_name_with_each_customer(client: Any) -> None:
    keys = ring(client)

    assert keys.get_or_create_pseudonyms("acme", ["ann"]) != keys.get_or_create_pseudonyms(
        "globex", ["ann"]
    )


def test_more_people_than_one_transaction_takes_are_named_at_once(client: Any) -> None:
    crowd = [f"person-{each}" for each in range(230)]
    keys = ring(client)
    some = keys.get_or_create_pseudonyms("acme", crowd[50:60])

    names = keys.get_or_create_pseudonyms("acme", crowd)

    assert len(set(names.values())) == len(crowd)
    assert some.items() <= names.items()
    assert names == keys.find_pseudonyms("acme", crowd)


def test_two_first_uses_at_once_come_to_one_name(client: Any) -> None:
    theirs: dict[str, str] = {}
    raced = Raced(
        client, lambda: theirs.update(ring(client).get_or_create_pseudonyms("acme", ["ann"]))
    )

    ours = ring(raced).get_or_create_pseudonyms("acme", ["ann", "bob"])

    assert ours["ann"] == theirs["ann"]
    assert ours == ring(client).find_pseudonyms("acme", ["ann", "bob"])


def test_a_name_whose_answer_was_lost_is_read_back(client: Any) -> None:
    keys = ring(client)
    keys.key_of("acme")
    faulty = Faulty(client, None, None, Fault.ASKED_TWICE)

    made = ring(faulty).get_or_create_pseudonyms("acme", ["ann"])

    assert not faulty.faults

    assert made == keys.find_pseudonyms("acme", ["ann"])


def test_names_that_stay_unread_are_no_answer(client: Any) -> None:
    ring(client).get_or_create_pseudonyms("acme", ["ann"])
    place = pseudonym_key(ring(client).key_of("acme"), "ann")[0]
    silent = Withholding(client, {place: 10**6})

    with pytest.raises(UnavailableError):
        ring(silent).find_pseudonyms("acme", ["ann"])
    with pytest.raises(UnavailableError):
        ring(silent).get_or_create_pseudonyms("acme", ["ann"])
