"""Permits in DynamoDB, each kept before it is handed out; every write stands on what the permit stands on.

<customer>#<token>   permit         the permit as it was issued
<customer>#<token>   revoked        it was taken back
<customer>#<token>   run#<run id>   it was redeemed for this run

A revision of the decision revokes the permit with its own commit: each transaction here checks that there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consentry.aws.consent_items import ABSENT, Item, checks, key
from consentry.aws.decision_table import revision_key
from consentry.aws.transactions import CancelledError, write
from consentry.domain.decision.fence import Fence
from consentry.domain.errors import AlreadyRedeemedError, ConsentMovedError, UnansweredError
from consentry.domain.permits.permit import Permit
from consentry.domain.permits.permit_jws import IssuedPermit
from consentry.domain.permits.redemption import (
    Redemption,
    Revocation,
    decode_redemption,
    encode_redemption,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PERMIT, REVOKED = "permit", "revoked"


@dataclass(frozen=True)
class PermitTable:
    """The port `Permits`; the checks are on the consent table and the decision table."""

    table: str
    consent_table: str
    decision_table: str
    client: Callable[[], "DynamoDBClient"]
    pause: Callable[[float], None]

    def issued(self, permit_id: str) -> IssuedPermit | None:
        """The permit of this id, strongly consistent."""
        item = self._get(_key(permit_id, PERMIT))
        if item is None:
            return None
        permit = Permit.model_validate_json(item["claims"]["S"])
        # `acme#token` lies in the same place, and is no permit's id.
        return IssuedPermit(permit, item["compact"]["S"]) if permit.jti == permit_id else None

    def issue(self, permit: IssuedPermit, fence: Fence) -> IssuedPermit:
        """Keep a permit on its fence; what is kept under its id already is returned instead."""
        item = _key(permit.permit.jti, PERMIT) | {
            "claims": {"S": permit.permit.model_dump_json()},
            "compact": {"S": permit.compact},
        }
        try:
            self._write(self._put(item), permit.permit, fence)
        except CancelledError as cancelled:
            kept = self.issued(permit.permit.jti)
            if kept is None:
                raise _moved(cancelled) from cancelled
            return kept
        return permit

    def redemption(self, permit_id: str, run_id: str) -> Redemption | None:
        """What the permit was redeemed for under this run id."""
        item = self._get(_key(permit_id, _run(run_id)))
        return decode_redemption(item["redemption"]["S"]) if item else None

    def redeem(self, permit: Permit, redemption: Redemption, fence: Fence) -> None:
        """Keep a redemption on the permit's fence."""
        item = _key(permit.jti, _run(redemption.run_id))
        item["redemption"] = {"S": encode_redemption(redemption)}
        try:
            self._write(self._put(item), permit, fence)
        except CancelledError as cancelled:
            # A first try whose answer was lost may have been applied: then our own redemption is there.
            if self.redemption(permit.jti, redemption.run_id) == redemption:
                return
            if cancelled.by_condition == {0}:
                raise AlreadyRedeemedError from cancelled
            raise _moved(cancelled) from cancelled

    def confirm(self, permit: Permit, redemption: Redemption | None, fence: Fence) -> None:
        """The same checks, for a permit or a redemption that is kept."""
        kept = _key(permit.jti, _run(redemption.run_id) if redemption else PERMIT)
        there = {"ConditionExpression": "attribute_exists(pk)"}
        check = {"ConditionCheck": {"TableName": self.table, "Key": kept} | there}
        try:
            self._write(check, permit, fence)
        except CancelledError as cancelled:
            raise _moved(cancelled) from cancelled

    def revoke(self, revocation: Revocation) -> None:
        """Take a permit back."""
        item = _key(revocation.permit_id, REVOKED) | {
            "because": {"S": revocation.because},
            "at": {"S": revocation.at.isoformat(timespec="microseconds")},
        }
        try:
            # In a transaction, since a plain write that meets one of ours is refused and not tried again.
            write(self.client(), [self._put(item)], pause=self.pause)
        except CancelledError as cancelled:
            if not cancelled.by_condition:
                raise _moved(cancelled) from cancelled

    def _write(self, first: Item, permit: Permit, fence: Fence) -> None:
        """The write, if the permit was not revoked, its decision not revised, and the fence holds."""
        later = revision_key(permit.decision_id, permit.revision + 1)
        absent = [(self.table, _key(permit.jti, REVOKED)), (self.decision_table, later)]
        none = [
            {"ConditionCheck": {"TableName": table, "Key": of, "ConditionExpression": ABSENT}}
            for table, of in absent
        ]
        fenced = checks(self.consent_table, permit.sub, fence)
        write(self.client(), [first, *none, *fenced], pause=self.pause)

    def _put(self, item: Item) -> Item:
        return {"Put": {"TableName": self.table, "Item": item, "ConditionExpression": ABSENT}}

    def _get(self, of: Item) -> Any:
        answer = self.client().get_item(TableName=self.table, Key=of, ConsistentRead=True)
        return answer.get("Item")


def _moved(cancelled: CancelledError) -> Exception:
    """What a cancelled write means: something moved, or only that others were in the way for too long."""
    if cancelled.by_condition:
        return ConsentMovedError()
    return UnansweredError("others kept writing what the permit stands on")


def _key(permit_id: str, sk: str) -> Item:
    return key(permit_id.replace("~", "#"), sk)


def _run(run_id: str) -> str:
    return f"run#{run_id}"
