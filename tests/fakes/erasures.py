"""People of Acme's are erased, over a real key table; and tables that erase in ways that look right and are not."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from consentry.aws import consent_items
from consentry.aws.consent_table import ConsentTable
from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.aws.spent_ids import put_spent
from consentry.domain.consent.act_records import ActRecord, SpentAs
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

    def spend(self, place: str, token: str, record: ActRecord) -> None:
        """The token alone."""
        table, customer = self.consents.table, record.act.customer
        spent = put_spent(table, customer, place, token, record.spent_as)
        self.consents.client().put_item(**spent)

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

    def close(self, customer: str, party: str, before: PartyState) -> PartyState:
        """Nothing is written."""
        return before


class ActFirst(ErasureTables):
    """A twin: the act is deleted, and then its token is kept."""

    def spend(self, place: str, token: str, record: ActRecord) -> None:
        """The act, then the token."""
        key = consent_items.act_key(record.act.customer, record.party, record.act.act_id)
        self.consents.client().delete_item(TableName=self.consents.table, Key=key)
        super().spend(place, token, record)


@dataclass(frozen=True)
class TokensLast(ErasureTables):
    """A twin: tokens are kept once the erasure is done, since nothing is spent before."""

    late: list[tuple[str, str, ActRecord]] = field(default_factory=list)

    def spend(self, place: str, token: str, record: ActRecord) -> None:
        """Nothing yet."""
        self.late.append((place, token, record))

    def rename(
        self, person: str, old: tuple[str, PartyState] | None, record: ActRecord, state: PartyState
    ) -> None:
        """The name, then the tokens."""
        super().rename(person, old, record, state)
        for each in self.late:
            super().spend(*each)


class ActsAlone(ErasureTables):
    """A twin: only acts are spent, since an erasure gives nothing that could come back."""

    def spend(self, place: str, token: str, record: ActRecord) -> None:
        """No token of an erasure."""
        if not record.erases:
            super().spend(place, token, record)


class TokenFirst(ConsentTable):
    """A twin: what was spent is asked for once, before the name is looked up."""

    def spent(self, customer: str, place: str, token: str) -> SpentAs | None:
        """Asked before."""
        return None
