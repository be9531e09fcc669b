"""What the repositories rely on in DynamoDB: true of the fake, and of moto except where it is known to be wrong."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DECISIONS

ABSENT = {"ConditionExpression": "attribute_not_exists(pk)"}


def item(pk: str, sk: str = "x", **text: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in {"pk": pk, "sk": sk, **text}.items()}


def put(pk: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": CONSENTS, "Item": item(pk), **more}}


def check(pk: str, **more: Any) -> dict[str, Any]:
    return {"ConditionCheck": {"TableName": CONSENTS, "Key": item(pk), **more}}


def stored(client: Any, pk: str) -> Any:
    return client.get_item(TableName=CONSENTS, Key=item(pk), ConsistentRead=True).get("Item")


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_a_conditional_put_writes_once(client: Any) -> None:
    use_request = {"TableName": CONSENTS, "Item": item("a")} | ABSENT
    client.put_item(**use_request)

    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(**use_request | {"Item": item("a", later="yes")})

    assert stored(client, "a") == item("a")


def test_a_transaction_writes_all_or_nothing_and_names_the_failed_condition(client: Any) -> None:
    client.transact_write_items(TransactItems=[put("a", **ABSENT)])
    writes = [put("b"), check("a", **ABSENT), check("c", **ABSENT)]

    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(TransactItems=writes)

    reasons = cancelled.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed", "None"]
    assert stored(client, "b") is None


def test_a_transaction_takes_at_most_100_items(client: Any) -> None:
    writes = [put(f"a{number}") for number in range(101)]
    client.transact_write_items(TransactItems=writes[:100])

    with pytest.raises(ClientError) as rejected:
        client.transact_write_items(TransactItems=writes)

    assert code_of(rejected) == "ValidationException"


def test_a_transaction_may_touch_an_item_only_once(client: Any) -> None:
    with pytest.raises(ClientError) as rejected:
        client.transact_write_items(TransactItems=[put("a"), check("a", **ABSENT)])

    assert code_of(rejected) == "ValidationException"


def test_adding_to_an_absent_number_counts_from_zero(client: Any) -> None:
    bump = {"UpdateExpression": "ADD bumps :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    update = {"Update": {"TableName": CONSENTS, "Key": item("a"), **bump}}
    for _ in range(2):
        client.transact_write_items(TransactItems=[update])

    assert stored(client, "a")["bumps"] == {"N": "2"}


def test_a_batch_reads_the_existing_items_of_at_most_100_keys(client: Any) -> None:
    client.transact_write_items(TransactItems=[put("a"), put("b")])
    keys = [item("a"), item("missing"), item("b")]
    answer = client.batch_get_item(RequestItems={CONSENTS: {"Keys": keys, "ConsistentRead": True}})

    found = sorted(each["pk"]["S"] for each in answer["Responses"][CONSENTS])
    assert (found, answer["UnprocessedKeys"]) == (["a", "b"], {})
    many = [item(f"k{number}") for number in range(101)]
    too_many = {CONSENTS: {"Keys": many, "ConsistentRead": True}}
    with pytest.raises(ClientError) as rejected:
        client.batch_get_item(RequestItems=too_many)
    assert code_of(rejected) == "ValidationException"


def test_a_query_lists_one_partition_in_order_page_by_page(client: Any) -> None:
    for sk in ("b3", "a1", "b1", "b2"):
        client.put_item(TableName=CONSENTS, Item=item("p", sk))
    client.put_item(TableName=CONSENTS, Item=item("q", "b1"))
    use_request = {
        "TableName": CONSENTS,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :b)",
        "ExpressionAttributeValues": {":pk": {"S": "p"}, ":b": {"S": "b"}},
        "Limit": 2,
    }
    first = client.query(**use_request)
    second = client.query(**use_request, ExclusiveStartKey=first["LastEvaluatedKey"])
    last = client.query(**use_request | {"Limit": 1}, ScanIndexForward=False)

    assert [each["sk"]["S"] for each in first["Items"]] == ["b1", "b2"]
    assert [each["sk"]["S"] for each in second["Items"]] == ["b3"]
    assert "LastEvaluatedKey" not in second
    assert [each["sk"]["S"] for each in last["Items"]] == ["b3"]


def test_an_index_lists_keys_of_items_with_its_attributes_and_rejects_consistent_reads(
    client: Any,
) -> None:
    client.put_item(
        TableName=DECISIONS, Item=item("d", customer_partition="acme#1", at_id="2", row="x")
    )
    client.put_item(TableName=DECISIONS, Item=item("e", customer_partition="acme#1"))
    use_request = {
        "TableName": DECISIONS,
        "IndexName": "by_time",
        "KeyConditionExpression": "#hash = :hash AND at_id >= :since",
        "ExpressionAttributeNames": {"#hash": "customer_partition"},
        "ExpressionAttributeValues": {":hash": {"S": "acme#1"}, ":since": {"S": "1"}},
    }

    (found,) = client.query(**use_request)["Items"]
    assert found["pk"] == {"S": "d"}
    assert found.keys() == {"pk", "sk", "customer_partition", "at_id"}
    with pytest.raises(ClientError) as rejected:
        client.query(**use_request, ConsistentRead=True)
    assert code_of(rejected) == "ValidationException"


def test_repeating_a_transaction_with_the_same_token_is_a_no_op(fake: FakeDynamoDB) -> None:
    use_request = {"TransactItems": [put("a", **ABSENT)], "ClientRequestToken": "t"}
    fake.transact_write_items(**use_request)
    fake.transact_write_items(**use_request)

    with pytest.raises(ClientError) as rejected:
        fake.transact_write_items(TransactItems=[put("b")], ClientRequestToken="t")

    assert code_of(rejected) == "IdempotentParameterMismatchException"


def test_moto_is_known_to_ignore_the_token(moto: Any) -> None:
    use_request = {"TransactItems": [put("a", **ABSENT)], "ClientRequestToken": "t"}
    moto.transact_write_items(**use_request)

    with pytest.raises(moto.exceptions.TransactionCanceledException):
        moto.transact_write_items(**use_request)
