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


def first_kept[Kept: Document](
    client: "DynamoDBClient", table: str, pk: str, sk: str, offered: Kept
) -> Kept:
    """Write a document where there is none; what is kept there then, it or the one that came before."""
    if keep(client, table, pk, sk, offered):
        return offered
    found = kept(client, table, pk, sk)
    return type(offered).model_validate_json(found) if found else offered


def all_kept(
    client: "DynamoDBClient", table: str, pk: str, *, beginning: str = "", after: str | None = None
) -> Iterator[tuple[str, str]]:
    """All documents under `pk` in the order of their sort keys: the key's end, and the document.

    `beginning`: of keys that begin so alone, which is cut off. `after`: of keys that come after this one alone.
    """
    condition, values = "pk = :pk", {":pk": {"S": pk}}
    if beginning:
        condition += " AND begins_with(sk, :sk)"
    elif after:
        condition += " AND sk > :sk"
    if beginning or after:
        values[":sk"] = {"S": beginning or after or ""}
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            yield item["sk"]["S"].removeprefix(beginning), item["row"]["S"]
