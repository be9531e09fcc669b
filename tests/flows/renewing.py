"""Renewals told in a small world, of whose people some granted before the terms changed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from consentry.domain.consent.renewals import ConsentRenewalDue
from consentry.flows.renew_consents import AT_ONCE, renew_consents
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, World, act
from tests.flows.publishing import changed

LATER = NOW + timedelta(days=1)
PEOPLE = tuple(f"p{number}" for number in range(2 * AT_ONCE + 5))
SIGNED = {"form": FORM_SHA256, "signature": "click"}
DUE = (None, *PEOPLE[6::3])


def granted_before(world: World) -> World:
    """The customer and every third person granted before the terms changed; some renewed, some withdrew."""
    for number, person in enumerate(PEOPLE):
        if number % 3 == 0:
            world.record(act("hers", "grant", person=person, **SIGNED))
    published = changed(world, "announced", at=LATER)
    published.record(act("again", "grant", person="p0", **SIGNED), at=LATER)
    published.record(act("taken", "withdraw", person="p3"), at=LATER)
    published.record(act("other", "refuse", person="p1"), at=LATER)
    return published


def renew(
    world: World,
    tell: Callable[[ConsentRenewalDue], None],
    *,
    people: Sequence[str] = PEOPLE,
    at: datetime = LATER,
    again: bool = False,
) -> int:
    """One telling."""
    return renew_consents(
        ACME, people, again=again, caller=world.caller, at=at, world=world, tell=tell
    )
