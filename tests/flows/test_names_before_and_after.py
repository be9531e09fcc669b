"""Nothing stored joins the name that somebody had before an erasure to the name after it."""

import pytest

from consentry.aws.consent_items import state_key
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.erasures import erase
from tests.fakes.names import seeded
from tests.fakes.tables import CONSENTS, DECISIONS
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act, asked

SIGNED = {"person": "ann", "form": FORM_SHA256, "signature": "click"}


@pytest.fixture
def world(client: FakeDynamoDB) -> World:
    made = World(client, seeded(client, ACME))
    made.grant()
    return made


def name_of(world: World, person: str = "ann") -> str:
    return world.keys.known_names(ACME, [person])[person]


def holding(client: FakeDynamoDB, words: str) -> set[tuple[str, str, str]]:
    """The items in which the words stand anywhere: table, partition, sort key."""
    return {
        (name, *key)
        for name, table in client.tables.items()
        for key, item in table.items.items()
        if words in repr(item)
    }


def test_nothing_stored_joins_the_name_before_and_the_name_after(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    world.decide(asked())
    before = name_of(world)

    erase(world, "ann")
    world.record(act("again", "grant", **SIGNED))
    world.decide(asked("r-2"))

    after, client = name_of(world), world.client
    assert before != after
    assert not holding(client, before) & holding(client, after)
    closed = state_key(ACME, before)["pk"]["S"]
    decided = world.decide(asked(), at=NOW + SECOND)
    assert holding(client, before) == {
        (CONSENTS, closed, "state"),
        *((DECISIONS, f"{ACME}#{decided.decision_id[5:]}", f"revision#000{n}") for n in (1, 2)),
    }
    (left,) = (item for key, item in client.tables[CONSENTS].items.items() if key[0] == closed)
    assert set(left) == {"pk", "sk", "version", "effects", "closed"}
    assert left["effects"] == {"S": "[]"}


def test_others_are_not_touched(world: World) -> None:
    world.record(act("bobs", "refuse", person="bob"))
    others = holding(world.client, name_of(world, "bob"))

    erase(world, "ann")

    assert holding(world.client, name_of(world, "bob")) == others
