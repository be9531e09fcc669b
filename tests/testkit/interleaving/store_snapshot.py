"""All that the stores hold at one moment."""

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
    """All items of all tables; the same content is the same object."""

    tables: Mapping[str, Items]

    @property
    def consents(self) -> Items:
        """The consent table's items."""
        return self.tables[CONSENTS]

    @property
    def names(self) -> frozenset[str]:
        """The names that people have."""
        return frozenset(
            i["pseudonym"]["S"] for i in self.tables[KEYS].values() if "pseudonym" in i
        )

    def closed(self, party: str) -> bool:
        """Whether a party's state is closed to every act."""
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
        """The acts that are kept."""
        return [
            StoredConsentEvent.model_validate_json(item["record"]["S"])
            for item in self.consents.values()
            if "record" in item
        ]


def state_in(consents: Items, customer: str, party: str) -> PartyState:
    """A party's state in the consent table."""
    item = consents.get(state_key(customer, party))
    return decode_state(decode(item) if item else None)
