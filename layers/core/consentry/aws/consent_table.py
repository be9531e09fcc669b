"""The consent acts of customers and people, and what they come to, in one DynamoDB table."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consentry.aws import consent_items as items
from consentry.aws.batch_reads import read_strongly
from consentry.aws.spent_ids import spent_as, spent_key
from consentry.aws.transactions import CancelledError, write
from consentry.domain.consent.act_records import ActRecord, SpentAs
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.forms import Form
from consentry.domain.consent.lowering import may_lower
from consentry.domain.consent.standings import UNREAD, PartyState, after
from consentry.domain.errors import ConflictingIdError, ConsentMovedError, UnansweredError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class ConsentTable:
    """The port `Consents`; `pause` waits between tries, in seconds."""

    table: str
    client: Callable[[], "DynamoDBClient"]
    pause: Callable[[float], None]

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """Every party's state, strongly consistent; UNREAD where DynamoDB would not say."""
        places = {items.state_key(customer, party)["pk"]["S"]: party for party in parties}
        keys = [items.state_key(customer, party) for party in parties]
        answer = read_strongly(self.client(), self.table, keys, pause=self.pause)
        found = {item["pk"]["S"]: item for item in answer.items}
        unread = {key["pk"]["S"] for key in answer.unread}
        return {
            party: UNREAD if pk in unread else items.state_of(found.get(pk))
            for pk, party in places.items()
        }

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The customer's epochs, strongly consistent; UnansweredError if they stay unread."""
        keys = items.epoch_keys(customer)
        answer = read_strongly(self.client(), self.table, keys, pause=self.pause)
        if answer.unread:
            raise UnansweredError("the customer's epochs could not be read")
        bumps = {item["pk"]["S"]: int(item["bumps"]["N"]) for item in answer.items}
        return tuple(bumps.get(key["pk"]["S"], 0) for key in keys)

    def append(self, record: ActRecord, effect: Effect, before: PartyState) -> PartyState:
        """The act, the state after it and, if it may lower a standing, an epoch: all or nothing."""
        state, customer = after(before, effect), record.act.customer
        writes = [
            items.put_act(self.table, record),
            items.put_state(self.table, customer, record.party, state, before),
        ]
        if may_lower(before, effect):
            writes.append(items.bump_epoch(self.table, customer, record.party))
        if record.signed_with and record.signed_with.kid:
            kid = record.signed_with.kid
            writes.append(items.unrevoked(self.table, customer, kid))
        try:
            write(self.client(), writes, pause=self.pause)
        except CancelledError as cancelled:
            # A first try whose answer was lost may have been applied: then our own act is there.
            if self.act(customer, record.party, record.act.act_id) != record:
                raise ConsentMovedError from cancelled
        return state

    def act(self, customer: str, party: str, act_id: str) -> ActRecord | None:
        """One act of a party, strongly consistent."""
        item = self._get(items.act_key(customer, party, act_id))
        return ActRecord.model_validate_json(item["record"]["S"]) if item else None

    def acts(self, customer: str, party: str) -> tuple[ActRecord, ...]:
        """All acts of a party, oldest first."""
        paginator = self.client().get_paginator("query")
        pages = paginator.paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :act)",
            ExpressionAttributeValues={
                ":pk": {"S": f"{customer}#{party}"},
                ":act": {"S": "act#"},
            },
            ConsistentRead=True,
        )
        stored = [item["record"]["S"] for page in pages for item in page["Items"]]
        records = [ActRecord.model_validate_json(record) for record in stored]
        return tuple(sorted(records, key=lambda record: record.version))

    def spent(self, customer: str, place: str, token: str) -> SpentAs | None:
        """What had the id of this token until it was erased, strongly consistent."""
        item = self._get(spent_key(customer, place, token))
        return spent_as(item) if item else None

    def register(self, form: Form) -> str:
        """Keep a form under the SHA-256 of its text; ConflictingIdError if it is kept otherwise."""
        sha256 = hashlib.sha256(form.text.encode("utf-8")).hexdigest()
        client = self.client()
        try:
            client.put_item(**items.put_form(self.table, form, sha256))
        except client.exceptions.ConditionalCheckFailedException:
            if self.form(form.customer, sha256) != form:
                raise ConflictingIdError("text") from None
        return sha256

    def form(self, customer: str, sha256: str) -> Form | None:
        """The form with this digest, if the customer registered it."""
        item = self._get(items.form_key(customer, sha256))
        return Form.model_validate_json(item["form"]["S"]) if item else None

    def _get(self, key: items.Item) -> Mapping[str, Any] | None:
        answer = self.client().get_item(TableName=self.table, Key=key, ConsistentRead=True)
        return answer.get("Item")
