"""Nothing stored joins the name that somebody had before an erasure to the name after it."""

import pytest

from consentry.consent.items import state_key
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    asked,
    consent_event,
)
from tests.testkit.builders.erasures import SIGNED, erase, pseudonym_of
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DECISIONS


def holding(client: FakeDynamoDB, words: str) -> set[tuple[str, str, str]]:
    """The items in which the words stand anywhere: table, partition, sort key."""
    return {
        (name, *key)
        for name, table in client.tables.items()
        for key, item in table.items.items()
        if words in repr(item)
    }


@pytest.mark.promise(9)
def test_nothing_stored_links_the_pseudonyms_before_and_after_erasure(
    named: FakeDependencies,
) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    named.decide(asked())
    before = pseudonym_of(named)

    erase(named, "ann")
    named.record(consent_event("again", "grant", **SIGNED))
    named.decide(asked("r-2"))

    after, client = pseudonym_of(named), named.client
    assert before != after
    assert not holding(client, before) & holding(client, after)
    closed = state_key(ACME, before)[0]
    decided = named.decide(asked(), at=NOW + SECOND)
    assert holding(client, before) == {
        (CONSENTS, closed, "state"),
        *((DECISIONS, f"{ACME}#{decided.decision_id[5:]}", f"revision#000{n}") for n in (1, 2)),
    }
    (left,) = (item for key, item in client.tables[CONSENTS].items.items() if key[0] == closed)
    assert set(left) == {"pk", "sk", "version", "rules", "closed"}
    assert left["rules"] == {"S": "[]"}


def test_erasure_changes_nothing_of_other_people(named: FakeDependencies) -> None:
    named.record(consent_event("bobs", "refusal", person="bob"))
    others = holding(named.client, pseudonym_of(named, "bob"))

    erase(named, "ann")

    assert holding(named.client, pseudonym_of(named, "bob")) == others
