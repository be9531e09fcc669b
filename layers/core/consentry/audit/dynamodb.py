"""The decision log in the decision table.

<customer>#<token>   revision#0001   a decision; 0002 is the denial that replaced an allow

Two indexes list a customer's decisions by time: `by_time` all of them, `by_outcome` those of one
outcome.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consentry.audit.audit_row import BEGINNING, AuditRow, DecisionPage, decode_row, encode_row
from consentry.aws.table import Key, Table, Write, decode
from consentry.aws.transactions import CancelledError
from consentry.consent.items import check_preconditions
from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError, InvalidRequestError
from consentry.kernel.ids import CustomerToken, token_of

_AT_ID = re.compile(r"[0-9T:.+-]{32}#(?P<token>[a-z2-7]{26})#(?P<revision>[0-9]{4})")
"""The sort key of the indexes: time, token, revision."""


@dataclass(frozen=True)
class DynamoDBDecisionRepository:
    """The decision log; the preconditions of a commit are checked in the consent table."""

    table: Table
    consent_table: Table

    def latest(self, decision_id: str) -> AuditRow | None:
        """The last revision of a decision, strongly consistent."""
        item = self.table.last(revision_key(decision_id, 1)[0])
        return decode_row(item["row"]) if item else None

    def commit(self, decision: AuditRow, preconditions: CommitPreconditions) -> None:
        """Write a decision or a screening as DecisionRepository describes it, in one transaction."""
        customer = decision.request_record.customer
        checks = check_preconditions(self.consent_table, customer, preconditions)
        try:
            self.table.transact([self._put(decision), *checks])
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
        index, name, value = "by_time", "customer", customer
        if outcome:
            index, name, value = "by_outcome", "customer_outcome", f"{customer}#{outcome}"
        request: dict[str, Any] = {
            "TableName": self.table.name,
            "IndexName": index,
            "KeyConditionExpression": "#hash = :hash AND at_id >= :since",
            "ExpressionAttributeNames": {"#hash": name},
            "ExpressionAttributeValues": {":hash": {"S": value}, ":since": {"S": _time(since)}},
            "Limit": limit,
        }
        if page is not None:
            request["ExclusiveStartKey"] = _start_key(page, customer) | {name: {"S": value}}
        response = self.table.client().query(**request)
        decisions = tuple(decode_row(decode(item)["row"]) for item in response["Items"])
        last = response.get("LastEvaluatedKey")
        next_page = urlsafe_b64encode(last["at_id"]["S"].encode()).decode() if last else None
        return DecisionPage(decisions, next_page)

    def _put(self, decision: AuditRow) -> Write:
        customer, revision = decision.request_record.customer, decision.revision
        return self.table.putting_if_absent(
            revision_key(decision.decision_id, revision),
            {
                "row": encode_row(decision).decode("utf-8"),
                "customer": customer,
                "customer_outcome": f"{customer}#{decision.outcome}",
                "at_id": f"{_time(decision.at)}#{token_of(decision.decision_id)}#{revision:04}",
            },
        )


def revision_key(decision_id: str, revision: int) -> Key:
    """The key of one revision of a decision."""
    return "#".join(CustomerToken.parse(decision_id)), f"revision#{revision:04}"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _start_key(page: str, customer: str) -> dict[str, Any]:
    """The index key after which a page begins.

    INVARIANT: a page token names a time and no customer. The customer is the one that the caller
    names and may read.
    """
    try:
        at_id = _AT_ID.fullmatch(urlsafe_b64decode(page).decode("ascii"))
    except ValueError:
        at_id = None
    if at_id is None:
        raise InvalidRequestError("page", "is not a `next_page` that this API returned")
    return {
        "pk": {"S": f"{customer}#{at_id['token']}"},
        "sk": {"S": f"revision#{at_id['revision']}"},
        "at_id": {"S": at_id[0]},
    }
