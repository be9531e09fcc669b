"""The names of people in the port `KeyRing`, promise by promise, over our fake and over moto."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from consentry.aws.key_table import KeyTable, name_key
from consentry.domain.errors import UnansweredError
from tests.fakes.faults import Fault, Faulty, Withholding
from tests.fakes.tables import KEYS

TOKEN = re.compile(r"[a-z2-7]{26}")


def ring(client: Any) -> KeyTable:
    return KeyTable(KEYS, lambda: client, lambda _: None)


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
    made = ring(client).names_of("acme", ["ann", "bob", "ann"])

    assert made == ring(client).names_of("acme", ["bob", "ann"])
    assert made == ring(client).known_names("acme", ["ann", "bob"])
    assert set(made) == {"ann", "bob"}
    assert len(set(made.values())) == 2
    assert all(TOKEN.fullmatch(name) for name in made.values())


def test_looking_makes_no_name(client: Any) -> None:
    keys = ring(client)
    ann = keys.names_of("acme", ["ann"])

    assert keys.known_names("acme", ["ann", "bob"]) == ann
    assert keys.known_names("acme", ["bob"]) == keys.known_names("acme", []) == {}
    assert keys.names_of("acme", []) == {}


def test_one_person_has_another_name_with_each_customer(client: Any) -> None:
    keys = ring(client)

    assert keys.names_of("acme", ["ann"]) != keys.names_of("globex", ["ann"])


def test_more_people_than_one_transaction_takes_are_named_at_once(client: Any) -> None:
    crowd = [f"person-{each}" for each in range(230)]
    keys = ring(client)
    some = keys.names_of("acme", crowd[50:60])

    names = keys.names_of("acme", crowd)

    assert len(set(names.values())) == len(crowd)
    assert some.items() <= names.items()
    assert names == keys.known_names("acme", crowd)


def test_two_first_uses_at_once_come_to_one_name(client: Any) -> None:
    theirs: dict[str, str] = {}
    raced = Raced(client, lambda: theirs.update(ring(client).names_of("acme", ["ann"])))

    ours = ring(raced).names_of("acme", ["ann", "bob"])

    assert ours["ann"] == theirs["ann"]
    assert ours == ring(client).known_names("acme", ["ann", "bob"])


def test_a_name_whose_answer_was_lost_is_read_back(client: Any) -> None:
    keys = ring(client)
    keys.key_of("acme")
    faulty = Faulty(client, None, None, Fault.ASKED_TWICE)

    made = ring(faulty).names_of("acme", ["ann"])

    assert not faulty.faults

    assert made == keys.known_names("acme", ["ann"])


def test_names_that_stay_unread_are_no_answer(client: Any) -> None:
    ring(client).names_of("acme", ["ann"])
    place = name_key(ring(client).key_of("acme"), "ann")["pk"]["S"]
    silent = Withholding(client, {place: 10**6})

    with pytest.raises(UnansweredError):
        ring(silent).known_names("acme", ["ann"])
    with pytest.raises(UnansweredError):
        ring(silent).names_of("acme", ["ann"])
