"""All items of all tables at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from consentry.aws.table import decode
from consentry.consent.items import decode_state, state_key
from consentry.consent.status import PartyState
from consentry.consent.stored_event import StoredConsentEvent
from tests.testkit.builders.dependencies import ACME
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DECISIONS, KEYS, PERMITS, Items


@dataclass(frozen=True, eq=False)
class StoreSnapshot:
    """All items of all tables. The explorer keeps one object for equal content."""

    tables: Mapping[str, Items]

    @property
    def consents(self) -> Items:
        """The consent table's items."""
        return self.tables[CONSENTS]

    @property
    def pseudonyms(self) -> frozenset[str]:
        """The pseudonyms that people have now."""
        return frozenset(
            item["pseudonym"]["S"] for item in self.tables[KEYS].values() if "pseudonym" in item
        )

    def closed(self, party: str) -> bool:
        """Whether a party was erased: its state accepts no consent event."""
        return state_in(self.consents, ACME, party).closed

    @property
    def decisions(self) -> Items:
        """The decision table's items."""
        return self.tables[DECISIONS]

    @property
    def permits(self) -> Items:
        """The permit table's items."""
        return self.tables[PERMITS]

    @property
    def records(self) -> list[StoredConsentEvent]:
        """The consent events that are stored."""
        return [
            StoredConsentEvent.model_validate_json(item["record"]["S"])
            for item in self.consents.values()
            if "record" in item
        ]


def state_in(consents: Items, customer: str, party: str) -> PartyState:
    """A party's state in the consent table."""
    item = consents.get(state_key(customer, party))
    return decode_state(decode(item) if item else None)
