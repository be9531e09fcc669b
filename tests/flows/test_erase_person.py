"""A person is erased: nothing of theirs stays, and what comes after is nobody's that was before."""

import pytest

from consentry.aws.consent_items import state_key
from consentry.domain.callers import Caller
from consentry.domain.consent.standings import PartyState
from consentry.domain.errors import (
    ErasedError,
    ForeignCustomerError,
    UnansweredError,
)
from consentry.domain.vocabulary import Standing
from consentry.flows.show_consent import show_consent
from tests.fakes.erasures import SIGNED, erase, name_of
from tests.fakes.faults import Withholding
from tests.fakes.names import seeded
from tests.fakes.tables import KEYS
from tests.fakes.worlds import ACME, NOW, World, act, asked


def test_a_new_grant_counts_and_an_old_one_delivered_late_does_not(named: World) -> None:
    old = act("yes", "grant", **SIGNED)
    named.record(old)
    erase(named, "ann")

    with pytest.raises(ErasedError):
        named.record(old)
    assert not named.decide(asked()).allows

    named.record(act("again", "grant", **SIGNED))
    assert named.decide(asked("r-2")).allows


def test_an_old_act_stays_spent_through_acts_and_erasures_that_follow(named: World) -> None:
    old = act("yes", "grant", **SIGNED)
    named.record(old)
    erase(named, "ann", "e-1")
    named.record(act("no", "refuse", person="ann"))
    erase(named, "ann", "e-2")

    for late in (old, act("no", "refuse", person="ann")):
        with pytest.raises(ErasedError):
            named.record(late)


def test_no_state_tells_of_the_acts_that_were_erased(named: World) -> None:
    """Neither the old name's nor the new one's, however many there were: nothing joins the two."""

    def states_after(acts: int, person: str) -> list[PartyState]:
        for number in range(acts):
            named.record(act(f"a-{number}", "refuse", person=person))
        old = name_of(named, person)
        erase(named, person)
        return [named.consents.states(ACME, [n])[n] for n in (old, name_of(named, person))]

    assert states_after(1, "ann") == states_after(7, "bob")


def test_what_stays_of_a_person_is_one_withdrawal(named: World) -> None:
    named.record(act("yes", "grant", **SIGNED))
    erase(named, "ann")

    shown = show_consent(ACME, "ann", as_of=None, caller=named.caller, at=NOW, world=named)

    assert {each.standing for each in shown.standings} == {Standing.WITHDRAWN}
    assert [(record.act.act_id, record.erases) for record in shown.acts] == [("erased", True)]


def test_nobody_erases_another_customers_people(named: World) -> None:
    named.caller = Caller.allowed("admin", "globex")

    with pytest.raises(ForeignCustomerError):
        erase(named, "ann")

    assert named.client.tables[KEYS].items == {}


def test_an_erasure_on_a_state_that_cannot_be_read_is_not_done(named: World) -> None:
    named.record(act("yes", "grant", **SIGNED))
    name = name_of(named)
    silent = Withholding(named.client, {state_key(ACME, name)["pk"]["S"]: 10**6})

    with pytest.raises(UnansweredError):
        erase(World(silent, seeded(silent, ACME)), "ann")

    assert name_of(named) == name
