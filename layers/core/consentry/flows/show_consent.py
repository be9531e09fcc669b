"""What a party has consented to: its standings now, and the acts that they come from."""

from dataclasses import dataclass
from datetime import datetime

from consentry.domain.act_records import ActRecord, opened
from consentry.domain.acts import CUSTOMER_PARTY, EVERY_USE
from consentry.domain.callers import Caller
from consentry.domain.standings import PartyState
from consentry.domain.vocabulary import DataCategory, Operation, Service, Standing
from consentry.flows.ports import Consents, KeyRing


@dataclass(frozen=True, slots=True)
class UseStanding:
    """A party's standing on one use, and the data that it covers."""

    operation: Operation
    service: Service
    standing: Standing
    data: tuple[DataCategory, ...]


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """A party's consent: its version, what it comes to now, and its acts, oldest first."""

    version: int | None
    standings: tuple[UseStanding, ...]
    acts: tuple[ActRecord, ...]


def show_consent(
    customer: str,
    person: str | None,
    *,
    caller: Caller,
    at: datetime,
    keys: KeyRing,
    consents: Consents,
) -> ConsentShown:
    """The consent of a customer (no `person`) or of one of its people; ForeignCustomerError if not the caller's."""
    caller.require(customer)
    party, key = CUSTOMER_PARTY, keys.key_of(customer)
    if person:
        names = keys.known_names(customer, (person,))
        if person not in names:  # Nobody is named for being looked at.
            return ConsentShown(0, (), ())
        party = names[person]
    state = consents.states(customer, (party,))[party]
    acts = tuple(opened(record, key) for record in consents.acts(customer, party))
    return ConsentShown(state.version, standings_of(state, at=at), acts)


def standings_of(state: PartyState, *, at: datetime) -> tuple[UseStanding, ...]:
    """Every use that some act spoke of, with its standing, data of one standing together."""
    shown: dict[tuple[Operation, Service, Standing], list[DataCategory]] = {}
    for use in EVERY_USE:
        for leaf in DataCategory:
            if state.effect_on(use, leaf) is not None:
                standing = state.standing(use, leaf, at=at)
                shown.setdefault((use.operation, use.service, standing), []).append(leaf)
    return tuple(UseStanding(*key, tuple(data)) for key, data in shown.items())
