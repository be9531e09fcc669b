"""A transaction on shared snapshots writes, fails and streams as on moto's own copies."""

from contextlib import nullcontext
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from consentry_emulator.table_snapshots import shared_item_snapshots
from tests.testkit.campaign import examples

TABLES: dict[str, list[tuple[str, str]]] = {
    "sorted": [("pk", "HASH"), ("sk", "RANGE")],
    "plain": [("pk", "HASH")],
}
NUMBERS = st.integers(0, 2)
WRITES = st.tuples(
    st.sampled_from(["Put", "Update", "Delete", "ConditionCheck"]),
    st.sampled_from(sorted(TABLES)),
    NUMBERS,
    NUMBERS,
    st.sampled_from([None, "attribute_exists(pk)", "attribute_not_exists(pk)"]),
)
TRANSACTIONS = st.lists(st.lists(WRITES, min_size=1, max_size=3), max_size=6)


@pytest.mark.parametrize("table", TABLES)
def test_a_failed_transaction_undoes_an_update(table: str) -> None:
    update = ("Update", table, 1, 1, None)
    failing = ("ConditionCheck", table, 2, 2, "attribute_exists(pk)")

    results, items, _ = _run([[update], [update, failing]], shared=True)

    assert results == ["written", "TransactionCanceledException"]
    assert [item["n"]["N"] for item in items[table]] == ["1"]


@settings(max_examples=examples(5, 100), deadline=None, database=None)
@given(TRANSACTIONS)
def test_random_transactions_have_the_same_results_with_and_without_sharing(
    transactions: list[list[Any]],
) -> None:
    assert _run(transactions, shared=True) == _run(transactions, shared=False)


def _run(transactions: list[list[Any]], *, shared: bool) -> tuple[list[str], Any, Any]:
    """The results, the items of each table and the records of each stream."""
    with mock_aws(), shared_item_snapshots() if shared else nullcontext():
        client = boto3.client("dynamodb")
        for name, keys in TABLES.items():
            _create(client, name, keys)
        results = [_transact(client, transaction) for transaction in transactions]
        items = {name: client.scan(TableName=name)["Items"] for name in TABLES}
        return results, items, {name: _stream_records(name) for name in TABLES}


def _create(client: Any, name: str, keys: list[tuple[str, str]]) -> None:
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


def _transact(client: Any, writes: list[Any]) -> str:
    try:
        client.transact_write_items(TransactItems=[_write(*each) for each in writes])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "written"


def _write(operation: str, table: str, pk: int, sk: int, condition: str | None) -> dict[str, Any]:
    key = {
        name: {"S": str(value)} for (name, _), value in zip(TABLES[table], (pk, sk), strict=False)
    }
    request: dict[str, Any] = {"TableName": table}
    if operation == "Put":
        request["Item"] = key | {"put": {"S": str(sk)}}
    else:
        request["Key"] = key
    if operation == "Update":
        request |= {
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    if condition or operation == "ConditionCheck":
        request["ConditionExpression"] = condition or "attribute_exists(pk)"
    return {operation: request}


def _stream_records(table: str) -> list[Any]:
    backend = dynamodb_backends["123456789012"][boto3.Session().region_name]
    shard: Any = backend.tables[table].stream_shard
    records = [record.to_json() for record in shard.items]
    return [(each["eventName"], each["dynamodb"].get("NewImage")) for each in records]
