"""Nothing stored links the pseudonyms of a person before and after an erasure."""

import pytest

from consentry.consent.items import state_key
from consentry.consent.rule_codec import encode_rules
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, erase, pseudonym_of
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DECISIONS


def items_with(client: FakeDynamoDB, text: str) -> set[tuple[str, str, str]]:
    """The items that contain the text anywhere: table, partition, sort key."""
    return {
        (name, *key)
        for name, table in client.tables.items()
        for key, item in table.items.items()
        if text in repr(item)
    }


@pytest.mark.promise(9)
def test_nothing_stored_links_the_pseudonyms_before_and_after_erasure(
    named: FakeDependencies,
) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    named.decide(use_request())
    before = pseudonym_of(named)

    erase(named, "ann")
    named.record(consent_event("again", "grant", **SIGNED))
    named.decide(use_request("r-2"))

    after, client = pseudonym_of(named), named.client
    assert before != after
    assert not items_with(client, before) & items_with(client, after)
    closed = state_key(ACME, before)[0]
    decided = named.decide(use_request(), at=NOW + SECOND)
    assert items_with(client, before) == {
        (CONSENTS, closed, "state"),
        *((DECISIONS, f"{ACME}#{decided.decision_id[5:]}", f"revision#000{n}") for n in (1, 2)),
    }
    (remaining,) = (item for key, item in client.tables[CONSENTS].items.items() if key[0] == closed)
    assert set(remaining) == {"pk", "sk", "schema_version", "version", "rules", "closed"}
    assert remaining["rules"] == {"B": encode_rules(())}


def test_erasure_changes_nothing_of_other_people(named: FakeDependencies) -> None:
    named.record(consent_event("bobs", "refusal", person="bob"))
    before = items_with(named.client, pseudonym_of(named, "bob"))

    erase(named, "ann")

    assert items_with(named.client, pseudonym_of(named, "bob")) == before
