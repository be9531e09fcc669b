"""Items that are written once and never changed, and all items under one key, strongly consistent."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from consentry.domain.contract import Document

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def keep(client: "DynamoDBClient", table: str, pk: str, sk: str, kept: Document) -> bool:
    """Write a document where there is none; whether it was written now."""
    item = {"pk": {"S": pk}, "sk": {"S": sk}, "row": {"S": kept.model_dump_json()}}
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    except client.exceptions.ConditionalCheckFailedException:
        return False  # Kept already; perhaps by ourselves, and only the answer was lost.
    return True


def kept(client: "DynamoDBClient", table: str, pk: str, sk: str) -> str | None:
    """The document under a key."""
    key: Mapping[str, Any] = {"pk": {"S": pk}, "sk": {"S": sk}}
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return item["row"]["S"] if item else None


def all_kept(
    client: "DynamoDBClient", table: str, pk: str, beginning: str
) -> Iterator[tuple[str, str]]:
    """All documents under `pk` whose sort keys begin so, in their order: what follows that, and the document."""
    asked = "pk = :pk AND begins_with(sk, :beginning)" if beginning else "pk = :pk"
    values = {":pk": {"S": pk}} | ({":beginning": {"S": beginning}} if beginning else {})
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression=asked,
        ExpressionAttributeValues=values,
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            yield item["sk"]["S"].removeprefix(beginning), item["row"]["S"]
