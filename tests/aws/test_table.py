"""The Table class over the fake DynamoDB: values, batches, queries, writes and schema versions."""

from collections.abc import Callable
from typing import Any

import pytest

from consentry.aws.table import MAX_BATCH_KEYS, READ_ATTEMPTS, SCHEMA_VERSION, Table, Write
from consentry.aws.transactions import CancelledError
from consentry.consent.signing_keys import SigningKey
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import UnavailableError
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from consentry.terms.assign_policy_sets import assign_policy_sets
from consentry.terms.assignment import AssignmentRequest
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.event_signers import es256
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, KEYS, create_tables

KEY = ("acme", "x")
VERSION = {"schema_version": SCHEMA_VERSION}


@pytest.fixture
def fake() -> Any:
    client = FakeDynamoDB()
    create_tables(client)
    return client


@pytest.fixture
def table(fake: Any) -> Table:
    return Table(CONSENTS, lambda: fake, lambda _: None)


def stored_items(fake: Any) -> list[Any]:
    return [item for items in fake.snapshot().values() for item in items.values()]


def test_text_integers_bytes_and_booleans_are_read_as_written(table: Table) -> None:
    attributes = {"text": "a", "number": -(10**37), "bytes": b"\0\xff", "flag": True, "off": False}

    table.put(KEY, attributes)

    assert table.get(KEY) == attributes | VERSION
    assert table.get(("acme", "y")) is None


def test_a_batch_of_more_than_100_keys_reads_every_item(table: Table) -> None:
    keys = [("acme", f"{number:03}") for number in range(MAX_BATCH_KEYS + 1)]
    for key in keys[1:]:
        table.put(key, {"sk_again": key[1]})

    batch = table.get_many(keys)

    assert batch.unread == frozenset()
    assert batch.items == {key: {"sk_again": key[1]} | VERSION for key in keys[1:]}


def test_keys_that_stay_unprocessed_are_unread() -> None:
    class Unprocessed:
        calls = 0

        def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - boto3's name
            self.calls += 1
            return {"Responses": {}, "UnprocessedKeys": RequestItems}

    client, delays = Unprocessed(), list[float]()

    batch = Table(CONSENTS, lambda: client, delays.append).get_many([KEY])  # type: ignore[arg-type, return-value]

    assert batch.items == {}
    assert batch.unread == {KEY}
    assert client.calls == READ_ATTEMPTS
    assert all(0 <= delay < 2 for delay in delays)


@pytest.mark.parametrize("field", ["Responses", "UnprocessedKeys"])
def test_a_response_that_names_another_table_is_not_an_absent_item(field: str) -> None:
    class Renaming:
        def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - boto3's name
            return {"Responses": {}, "UnprocessedKeys": {}} | {field: {"arn:aws:dynamodb:x": []}}

    table = Table(CONSENTS, Renaming, lambda _: None)  # type: ignore[arg-type]

    with pytest.raises(UnavailableError):
        table.get_many([KEY])


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({}, ["a#1", "a#2", "b#1"]),
        ({"prefix": "a#"}, ["a#1", "a#2"]),
        ({"after": "a#1"}, ["a#2", "b#1"]),
    ],
    ids=["whole partition", "prefix", "after"],
)
def test_a_query_returns_the_keys_of_one_partition_in_order_across_pages(
    condition: dict[str, str], found: list[str], table: Table, fake: Any
) -> None:
    fake.page_items = 1
    for sk in ("b#1", "a#2", "a#1"):
        table.put(("acme", sk), {})
    table.put(("other", "a#1"), {})

    assert [sk for sk, _ in table.query("acme", **condition)] == found


def test_the_last_item_has_the_greatest_sort_key(table: Table) -> None:
    assert table.last("acme") is None
    for sk in ("2", "3", "1"):
        table.put(("acme", sk), {"value": sk})

    assert table.last("acme") == {"value": "3"} | VERSION


def test_an_item_is_put_once(table: Table) -> None:
    assert table.put_if_absent(KEY, {"value": "first"})
    assert not table.put_if_absent(KEY, {"value": "second"})

    assert table.get(KEY) == {"value": "first"} | VERSION


def test_a_deleted_item_is_absent_and_deleting_it_again_is_a_no_op(table: Table) -> None:
    table.put(KEY, {})

    table.delete(KEY)
    table.delete(KEY)

    assert table.get(KEY) is None


CONDITIONS: dict[str, tuple[Callable[[Table], Write], Callable[[Table], Write]]] = {
    "an absent item": (
        lambda table: table.checking_absent(("acme", "none")),
        lambda table: table.checking_absent(KEY),
    ),
    "a present item": (
        lambda table: table.checking_present(KEY),
        lambda table: table.checking_present(("acme", "none")),
    ),
    "a counter": (
        lambda table: table.checking(KEY, 7),
        lambda table: table.checking(KEY, 6),
    ),
    "a counter of an absent item": (
        lambda table: table.checking(("acme", "none"), 0),
        lambda table: table.checking(KEY, 0),
    ),
    "a write after a version": (
        lambda table: table.putting_after(KEY, {"version": 8}, 7),
        lambda table: table.putting_after(KEY, {"version": 8}, 6),
    ),
    "a first version": (
        lambda table: table.putting_after(("acme", "none"), {"version": 1}, 0),
        lambda table: table.putting_after(KEY, {"version": 1}, 0),
    ),
    "a write over a value": (
        lambda table: table.putting_over(KEY, {"name": "b"}, {"name": "a"}),
        lambda table: table.putting_over(KEY, {"name": "b"}, {"name": "c"}),
    ),
    "a new item": (
        lambda table: table.putting_if_absent(("acme", "none"), {}),
        lambda table: table.putting_if_absent(KEY, {}),
    ),
}


@pytest.mark.parametrize("what", CONDITIONS)
def test_a_transaction_is_written_only_if_every_condition_holds(what: str, table: Table) -> None:
    holds, fails = (condition(table) for condition in CONDITIONS[what])
    table.put(KEY, {"version": 7, "name": "a"})

    table.transact([holds, table.putting_if_absent(("acme", "with"), {})])
    assert table.get(("acme", "with")) is not None

    table.put(KEY, {"version": 7, "name": "a"})
    with pytest.raises(CancelledError) as cancelled:
        table.transact([table.putting_if_absent(("acme", "without"), {}), fails])
    assert cancelled.value.by_condition == {1}
    assert table.get(("acme", "without")) is None


def test_a_counter_counts_from_zero(table: Table) -> None:
    table.transact([table.adding_one(KEY, "increments")])
    table.transact([table.adding_one(KEY, "increments")])

    assert table.get(KEY) == {"increments": 2} | VERSION


def replace_item(table: Table) -> None:
    table.put(KEY, {"name": "a"})
    table.transact([table.putting_over(KEY, {}, {"name": "a"})])


WRITES: dict[str, Callable[[Table], object]] = {
    "put": lambda table: table.put(KEY, {}),
    "put_if_absent": lambda table: table.put_if_absent(KEY, {}),
    "putting_if_absent": lambda table: table.transact([table.putting_if_absent(KEY, {})]),
    "putting_after": lambda table: table.transact([table.putting_after(KEY, {"version": 1}, 0)]),
    "putting_over": replace_item,
    "adding_one": lambda table: table.transact([table.adding_one(KEY, "increments")]),
}


@pytest.mark.parametrize("method", WRITES)
def test_every_write_stores_the_schema_version(method: str, table: Table, fake: Any) -> None:
    WRITES[method](table)

    (item,) = stored_items(fake)
    assert item["schema_version"] == {"N": str(SCHEMA_VERSION)}


def test_every_item_of_consents_keys_terms_and_decisions_has_a_schema_version(
    fake: Any,
) -> None:
    keys = DynamoDBPseudonymRepository(Table(KEYS, lambda: fake, print))
    deps = FakeDependencies(fake, pseudonyms=keys)
    keys.key_of(ACME)
    deps.grant()
    deps.record(consent_event("refused", "refusal", person="ann"))
    deps.decide(use_request())
    record = SigningKey(
        kid=es256().kid, jwk=es256().public, party="customer", at=NOW, registered_by="p"
    )
    deps.signing_keys.register(ACME, record)
    deps.signing_keys.revoke(ACME, record, at=NOW, by="p")
    operator = Caller.allowed("op", "*", EVERY_PERMISSION)
    terms = AssignmentRequest(customer=ACME, terms="zoom-terms")
    assign_policy_sets(terms, caller=operator, at=NOW, deps=deps)

    items = stored_items(fake)

    kinds = {item["sk"]["S"].partition("#")[0] for item in items}
    assert {"consent_event", "state", "epoch", "assignment", "key", "pseudonym"} <= kinds
    assert fake.tables[KEYS].items
    assert [item for item in items if item.get("schema_version") != {"N": "1"}] == []
