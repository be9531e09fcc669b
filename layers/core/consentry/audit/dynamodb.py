"""The decision log in the decision table.

<customer>#<token>   revision#0001   a decision; 0002 is the denial that replaced an allow

Two indexes list a customer's decisions by time: `by_time` all of them, `by_outcome` those of one
outcome. They contain keys only: a list reads its rows from the table. The items of one customer
are spread over several partitions of an index, so that many decisions at once do not throttle it.
"""

import hashlib
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from consentry.audit.audit_row import BEGINNING, AuditRow, DecisionPage, decode_row, encode_row
from consentry.aws.table import Attributes, Key, Table
from consentry.aws.transactions import CancelledError
from consentry.consent.items import check_preconditions
from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import (
    AlreadyDecidedError,
    ConsentChangedError,
    InvalidRequestError,
    UnavailableError,
)
from consentry.kernel.ids import CustomerToken
from consentry.screening.screening_decision import ScreeningDecision

INDEX_PARTITIONS = 8
"""The partitions of an index that a customer's decisions are spread over."""

MAX_PLAIN_ROW = 4 * 1024
"""Bytes. A longer row is compressed: with many people, it repeats the same statuses."""

_AT_ID = re.compile(r"[0-9T:.+-]{32}#[a-z2-7]{26}#[0-9]{4}")
"""The sort key of the indexes: time, token, revision."""


@dataclass(frozen=True)
class DynamoDBDecisionRepository:
    """The decision log; the preconditions of a commit are checked in the consent table.

    `table_without_retries`: the decision table, over a client that calls DynamoDB once.
    """

    table: Table
    consent_table: Table
    table_without_retries: Table

    def latest(self, decision_id: str) -> AuditRow | None:
        """The last revision of a decision, strongly consistent."""
        item = self.table.last(revision_key(decision_id, 1)[0])
        return _decode(item) if item else None

    def put(self, decision: AuditRow) -> bool:
        """Write a decision if its id and revision are free, as DecisionRepository describes it."""
        return self.table_without_retries.put_if_absent(*self._item(decision))

    def commit(self, decision: ScreeningDecision, preconditions: CommitPreconditions) -> None:
        """Write the decision on a screening if none of its preconditions changed, in one transaction.

        ConsentChangedError if one changed, AlreadyDecidedError if this revision exists with other
        content (nothing was written in both cases). After a lost response the row is read: the call
        returns normally only when it is stored.
        """
        customer = decision.request_record.customer
        checks = check_preconditions(self.consent_table, customer, preconditions)
        try:
            self.table.transact([self.table.putting_if_absent(*self._item(decision)), *checks])
        except CancelledError as cancelled:
            # A first attempt with a lost response may have been applied: then this very decision is stored.
            if self.latest(decision.decision_id) == decision:
                return
            if 0 in cancelled.by_condition:
                raise AlreadyDecidedError from cancelled
            raise ConsentChangedError from cancelled

    def list(
        self,
        customer: str,
        *,
        since: datetime = BEGINNING,
        outcome: str | None = None,
        limit: int,
        page: str | None,
    ) -> DecisionPage:
        """A page of a customer's decisions, oldest first, from `since` (in UTC) on.

        With an `outcome`, only decisions with it. `page` is `next_page` of the page before. The
        indexes may lag behind the log for a moment.
        """
        index, name, prefix = "by_time", "customer_partition", customer
        if outcome:
            index, name, prefix = "by_outcome", "outcome_partition", f"{customer}#{outcome}"
        after = max(_time(since), _at_id(page) if page is not None else "")
        found = sorted(
            at_id
            for partition in range(INDEX_PARTITIONS)
            for at_id in self._index_page(index, name, f"{prefix}#{partition}", after, limit)
        )
        listed = found[:limit]
        keys = [_key_of(customer, at_id) for at_id in listed]
        rows = self.table.get_many(keys)
        if rows.unread:
            raise UnavailableError("some decisions could not be read")
        decisions = tuple(_decode(rows.items[key]) for key in keys)
        has_more = len(found) > limit
        next_page = urlsafe_b64encode(listed[-1].encode()).decode() if has_more else None
        return DecisionPage(decisions, next_page)

    def _index_page(
        self, index: str, name: str, partition: str, after: str, limit: int
    ) -> Iterator[str]:
        """The sort keys of one partition of an index, one more than `limit` at most."""
        found = self.table.client().query(
            TableName=self.table.name,
            IndexName=index,
            KeyConditionExpression="#hash = :hash AND at_id > :after",
            ExpressionAttributeNames={"#hash": name},
            ExpressionAttributeValues={":hash": {"S": partition}, ":after": {"S": after}},
            Limit=limit + 1,
        )
        return (item["at_id"]["S"] for item in found["Items"])

    def _item(self, decision: AuditRow) -> tuple[Key, Attributes]:
        customer, token = CustomerToken.parse(decision.decision_id)
        row = encode_row(decision)
        partition = hashlib.sha256(token.encode("ascii")).digest()[0] % INDEX_PARTITIONS
        return revision_key(decision.decision_id, decision.revision), {
            "row": row.decode("utf-8") if len(row) <= MAX_PLAIN_ROW else zlib.compress(row),
            "customer_partition": f"{customer}#{partition}",
            "outcome_partition": f"{customer}#{decision.outcome}#{partition}",
            "at_id": f"{_time(decision.at)}#{token}#{decision.revision:04}",
        }


def revision_key(decision_id: str, revision: int) -> Key:
    """The key of one revision of a decision."""
    return "#".join(CustomerToken.parse(decision_id)), f"revision#{revision:04}"


def _decode(item: Attributes) -> AuditRow:
    row = item["row"]
    return decode_row(zlib.decompress(row) if isinstance(row, bytes) else row)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _key_of(customer: str, at_id: str) -> Key:
    _, token, revision = at_id.split("#")
    return f"{customer}#{token}", f"revision#{revision}"


def _at_id(page: str) -> str:
    """The sort key of the indexes after which a page begins.

    INVARIANT: a page token names a time and no customer. The customer is the one that the caller
    names and may read.
    """
    try:
        at_id = urlsafe_b64decode(page).decode("ascii")
    except ValueError:
        at_id = ""
    if not _AT_ID.fullmatch(at_id):
        raise InvalidRequestError("page", "is not a `next_page` that this API returned")
    return at_id
