"""Every consent event of a customer, by reading the whole consent table: for an operator, never for a handler.

Parties have no index on purpose, so there is no cheaper way. Other customers' items are read and dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consentry.aws.table import Table
from consentry.consent.items import CONSENT_EVENT
from consentry.consent.stored_event import StoredConsentEvent


@dataclass(frozen=True)
class ConsentEventScan:
    """A scan of the consent table."""

    table: Table

    def of_customer(self, customer: str) -> Mapping[str, tuple[StoredConsentEvent, ...]]:
        """Each party's consent events, oldest first; all of them in memory."""
        # No customer id contains a `#`, so no other customer's keys begin like this.
        found: dict[str, list[StoredConsentEvent]] = {}
        for item in self.table.scan(pk_prefix=f"{customer}#", sk_prefix=CONSENT_EVENT):
            record = StoredConsentEvent.model_validate_json(item["record"])
            found.setdefault(record.party, []).append(record)
        return {
            party: tuple(sorted(records, key=lambda record: record.version))
            for party, records in found.items()
        }
