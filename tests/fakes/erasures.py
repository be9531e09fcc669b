"""People of Acme's are erased, over a real key table; and tables that erase in ways that look right and are not."""

from dataclasses import replace
from datetime import datetime

from consentry.aws import consent_items
from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.erasure import Erased, Erasure
from consentry.domain.consent.standings import PartyState
from consentry.flows.erase_person import erase_person
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, World

SIGNED = {"person": "ann", "form": FORM_SHA256, "signature": "click"}
"""What makes a grant an express one of Ann's."""


def name_of(world: World, person: str = "ann") -> str:
    """What tables and logs call a person now."""
    return world.keys.known_names(ACME, [person])[person]


def erase(
    world: World,
    person: str,
    erasure_id: str = "erased",
    *,
    at: datetime = NOW,
    by: type[ErasureTables] = ErasureTables,
) -> Erased:
    """One delivery of an erasure."""
    assert isinstance(world.keys, KeyTable)
    erasing = replace(world)
    erasing.erasures = by(erasing.consents, world.keys)
    return erase_person(
        Erasure(erasure_id=erasure_id, customer=ACME, person=person),
        caller=world.caller,
        at=at,
        world=erasing,
    )


class NameFirst(ErasureTables):
    """A twin: the name goes first, since it is what joins all that is stored to the person."""

    def destroy(self, customer: str, party: str) -> None:
        """Nothing yet."""

    def rename(
        self, person: str, old: tuple[str, PartyState] | None, record: ActRecord, state: PartyState
    ) -> None:
        """The name, then what was under it."""
        super().rename(person, old, record, state)
        if old:
            super().destroy(record.act.customer, old[0])


class NothingStays(ErasureTables):
    """A twin: nothing at all stays under the old name."""

    def rename(
        self, person: str, old: tuple[str, PartyState] | None, record: ActRecord, state: PartyState
    ) -> None:
        """The name, then the closed state too."""
        super().rename(person, old, record, state)
        if old:
            key = consent_items.state_key(record.act.customer, old[0])
            self.consents.client().delete_item(TableName=self.consents.table, Key=key)


class NeverClosed(ErasureTables):
    """A twin: what was under the name is deleted while it can still be acted and decided on."""

    def close(
        self, customer: str, party: str, before: PartyState, spent: frozenset[str]
    ) -> PartyState:
        """Nothing is written."""
        return before
