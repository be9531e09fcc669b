"""The public keys that customers sign acts with, in the consent table: a revocation stands beside its key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from consentry.aws import consent_items as items
from consentry.domain.consent.signing_keys import KeyRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class SigningKeyTable:
    """The port `SigningKeys`."""

    table: str
    client: Callable[[], "DynamoDBClient"]

    def register(self, customer: str, record: KeyRecord) -> KeyRecord:
        """Keep a key; returns it as it is kept, which may be since long ago."""
        self._put_once(items.signing_key(customer, record.kid), record)
        return self._read(customer, record.kid) or record

    def revoke(self, customer: str, record: KeyRecord, *, at: datetime, by: str) -> KeyRecord:
        """The key signs no more; a revocation before this one stands."""
        revoked = record.model_copy(update={"revoked_at": at, "revoked_by": by})
        self._put_once(items.signing_key(customer, record.kid, revoked=True), revoked)
        return self._read(customer, record.kid) or revoked

    def of(self, customer: str, kid: str) -> KeyRecord | None:
        """The key of this thumbprint, as its revocation has it if there is one."""
        return self._read(customer, kid)

    def _put_once(self, key: items.Item, record: KeyRecord) -> None:
        client = self.client()
        item = key | {"key": {"S": record.model_dump_json()}}
        try:
            client.put_item(TableName=self.table, Item=item, ConditionExpression=items.ABSENT)
        except client.exceptions.ConditionalCheckFailedException:
            return  # What came first stays; perhaps it is our own, and only its answer was lost.

    def _read(self, customer: str, kid: str) -> KeyRecord | None:
        # A revocation holds the whole record, so whoever finds it needs nothing else.
        found = self._get(items.signing_key(customer, kid, revoked=True))
        found = found or self._get(items.signing_key(customer, kid))
        return KeyRecord.model_validate_json(found["key"]["S"]) if found else None

    def _get(self, key: items.Item) -> Mapping[str, Any] | None:
        answer = self.client().get_item(TableName=self.table, Key=key, ConsistentRead=True)
        return answer.get("Item")
