"""A person is erased: nothing of theirs stays, and what comes after is nobody's that was before."""

import pytest

from consentry.consent.get_consent import get_consent
from consentry.consent.items import state_key
from consentry.consent.status import PartyState
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ErasedError, ForbiddenCustomerError, UnavailableError
from consentry.kernel.vocabulary import ConsentStatus
from tests.fakes.erasures import SIGNED, erase, name_of
from tests.fakes.faults import Withholding
from tests.fakes.names import seeded
from tests.fakes.tables import KEYS
from tests.fakes.worlds import ACME, NOW, World, asked, consent_event


def test_a_new_grant_counts_and_an_old_one_delivered_late_does_not(named: World) -> None:
    old = consent_event("yes", "grant", **SIGNED)
    named.record(old)
    erase(named, "ann")

    with pytest.raises(ErasedError):
        named.record(old)
    assert not named.decide(asked()).allows

    named.record(consent_event("again", "grant", **SIGNED))
    assert named.decide(asked("r-2")).allows


def test_an_old_act_stays_spent_through_acts_and_erasures_that_follow(named: World) -> None:
    old = consent_event("yes", "grant", **SIGNED)
    named.record(old)
    erase(named, "ann", "e-1")
    named.record(consent_event("no", "refusal", person="ann"))
    erase(named, "ann", "e-2")

    for late in (old, consent_event("no", "refusal", person="ann")):
        with pytest.raises(ErasedError):
            named.record(late)


def test_no_state_tells_of_the_acts_that_were_erased(named: World) -> None:
    """Neither the old name's nor the new one's, however many there were: nothing joins the two."""

    def states_after(consent_events: int, person: str) -> list[PartyState]:
        for number in range(consent_events):
            named.record(consent_event(f"a-{number}", "refusal", person=person))
        old = name_of(named, person)
        erase(named, person)
        return [named.consents.states(ACME, [n])[n] for n in (old, name_of(named, person))]

    assert states_after(1, "ann") == states_after(7, "bob")


def test_what_stays_of_a_person_is_one_withdrawal(named: World) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    erase(named, "ann")

    shown = get_consent(ACME, "ann", as_of=None, caller=named.caller, at=NOW, deps=named)

    assert {each.status for each in shown.statuses} == {ConsentStatus.WITHDRAWN}
    assert [
        (record.consent_event.consent_event_id, record.is_erasure)
        for record in shown.consent_events
    ] == [("erased", True)]


def test_nobody_erases_another_customers_people(named: World) -> None:
    named.caller = Caller.allowed("admin", "globex")

    with pytest.raises(ForbiddenCustomerError):
        erase(named, "ann")

    assert named.client.tables[KEYS].items == {}


def test_an_erasure_on_a_state_that_cannot_be_read_is_not_done(named: World) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    name = name_of(named)
    silent = Withholding(named.client, {state_key(ACME, name)[0]: 10**6})

    with pytest.raises(UnavailableError):
        erase(World(silent, seeded(silent, ACME)), "ann")

    assert name_of(named) == name
