"""A person's items in the consent table and the name in the key table, destroyed; nothing else deletes."""

from dataclasses import dataclass
from typing import Any

from consentry.aws import consent_items as items
from consentry.aws.consent_table import ConsentTable
from consentry.aws.key_table import KeyTable, put_name
from consentry.aws.spent_ids import put_spent
from consentry.aws.transactions import CancelledError, write
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.standings import CLOSED, EMPTIED, PartyState
from consentry.domain.errors import ConsentMovedError


@dataclass(frozen=True)
class ErasureTables:
    """The port `Erasures`."""

    consents: ConsentTable
    keys: KeyTable

    def new_name(self) -> str:
        """A name that nobody ever had."""
        return self.keys.new_name()

    def close(self, customer: str, party: str, before: PartyState) -> PartyState:
        """The closed state in the place of the state before, and an epoch."""
        table = self.consents.table
        self._write(
            [
                items.put_state(table, customer, party, CLOSED, before),
                items.bump_epoch(table, customer, party),
            ]
        )
        return CLOSED

    def spend(self, place: str, token: str, record: ActRecord) -> None:
        """The token, then the act: of acts without number, each that is gone is one less when it goes on."""
        client, customer = self.consents.client(), record.act.customer
        table, was = self.consents.table, record.spent_as
        client.put_item(**put_spent(table, customer, place, token, was))
        act = items.act_key(customer, record.party, record.act.act_id)
        client.delete_item(TableName=table, Key=act)

    def destroy(self, customer: str, party: str) -> None:
        """Delete everything under the party but its state, item by item."""
        client, state = self.consents.client(), items.state_key(customer, party)
        pages = client.get_paginator("query").paginate(
            TableName=self.consents.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": state["pk"]},
            ConsistentRead=True,
        )
        for item in [item for page in pages for item in page["Items"]]:
            if item["sk"] != state["sk"]:
                key = {"pk": item["pk"], "sk": item["sk"]}
                client.delete_item(TableName=self.consents.table, Key=key)

    def rename(
        self, person: str, old: tuple[str, PartyState] | None, record: ActRecord, state: PartyState
    ) -> None:
        """The new name with what is under it, and the old name's state emptied: all or nothing."""
        table, customer = self.consents.table, record.act.customer
        key = self.keys.key_of(customer)
        writes = [
            put_name(self.keys.table, key, person, record.party, after=old[0] if old else None),
            items.put_act(table, record),
            items.put_state(table, customer, record.party, state, PartyState()),
        ]
        if old:
            name, closed = old
            writes.append(items.put_state(table, customer, name, EMPTIED, closed))
        else:
            # Who never acted was `never_asked`; from now on the person stands withdrawn.
            writes.append(items.bump_epoch(table, customer, record.party))
        self._write(writes)

    def _write(self, writes: list[dict[str, Any]]) -> None:
        try:
            write(self.consents.client(), writes, pause=self.consents.pause)
        except CancelledError as cancelled:
            raise ConsentMovedError from cancelled
