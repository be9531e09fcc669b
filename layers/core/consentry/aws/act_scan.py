"""Every act of a customer, read through the whole consent table: for an operator at the keyboard, for no door.

Parties have no index on purpose, so there is no cheaper way; other customers' items are read and dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.domain.consent.act_records import ActRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class ActScan:
    """The port `EveryAct`."""

    table: str
    client: Callable[[], "DynamoDBClient"]

    def of_customer(self, customer: str) -> Mapping[str, tuple[ActRecord, ...]]:
        """Each party's acts, oldest first; all of them in memory."""
        pages = (
            self.client()
            .get_paginator("scan")
            .paginate(
                TableName=self.table,
                # No id has a `#`, so no other customer's keys begin so.
                FilterExpression="begins_with(pk, :customer) AND begins_with(sk, :act)",
                ExpressionAttributeValues={
                    ":customer": {"S": f"{customer}#"},
                    ":act": {"S": "act#"},
                },
                ConsistentRead=True,
            )
        )
        found: dict[str, list[ActRecord]] = {}
        for page in pages:
            for item in page["Items"]:
                record = ActRecord.model_validate_json(item["record"]["S"])
                found.setdefault(record.party, []).append(record)
        return {
            party: tuple(sorted(records, key=lambda record: record.version))
            for party, records in found.items()
        }
