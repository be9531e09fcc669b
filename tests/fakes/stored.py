"""All that the stores hold at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from consentry.aws.consent_items import state_key, state_of
from consentry.domain.consent.act_records import ActRecord
from tests.fakes.tables import CONSENTS, DECISIONS, KEYS, PERMITS, Items, key_of
from tests.fakes.worlds import ACME


@dataclass(frozen=True, eq=False)
class Stored:
    """All items of all tables; the same content is the same object."""

    tables: Mapping[str, Items]

    @property
    def consents(self) -> Items:
        """The consent table's items."""
        return self.tables[CONSENTS]

    @property
    def names(self) -> frozenset[str]:
        """The names that people have."""
        return frozenset(i["name"]["S"] for i in self.tables[KEYS].values() if "name" in i)

    def closed(self, party: str) -> bool:
        """Whether a party's state is closed to every act."""
        return state_of(self.consents.get(key_of(state_key(ACME, party)))).closed

    @property
    def decisions(self) -> Items:
        """The decision table's items."""
        return self.tables[DECISIONS]

    @property
    def permits(self) -> Items:
        """The permit table's items."""
        return self.tables[PERMITS]

    @property
    def records(self) -> list[ActRecord]:
        """The acts that are kept."""
        return [
            ActRecord.model_validate_json(item["record"]["S"])
            for item in self.consents.values()
            if "record" in item
        ]
