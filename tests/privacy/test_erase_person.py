"""An erasure deletes everything of a person. Later consent events are not linked to earlier ones."""

import pytest

from consentry.consent.consent_event import NamedPerson
from consentry.consent.get_consent import get_consent
from consentry.consent.items import state_key
from consentry.consent.status import PartyState
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ErasedError, ForbiddenCustomerError, UnavailableError
from consentry.kernel.vocabulary import ConsentStatus
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, erase, pseudonym_of
from tests.testkit.fakes.dynamodb_tables import KEYS
from tests.testkit.fakes.faults import UnprocessedKeysClient
from tests.testkit.fakes.pseudonym_repository import seeded


def test_after_erasure_new_grants_count_and_old_ones_delivered_late_do_not(
    named: FakeDependencies,
) -> None:
    old = consent_event("yes", "grant", **SIGNED)
    named.record(old)
    erase(named, "ann")

    with pytest.raises(ErasedError):
        named.record(old)
    assert not named.decide(use_request()).allows

    named.record(consent_event("again", "grant", **SIGNED))
    assert named.decide(use_request("r-2")).allows


def test_an_erased_event_id_stays_used_after_later_events_and_erasures(
    named: FakeDependencies,
) -> None:
    old = consent_event("yes", "grant", **SIGNED)
    named.record(old)
    erase(named, "ann", "e-1")
    named.record(consent_event("no", "refusal", person="ann"))
    erase(named, "ann", "e-2")

    for late in (old, consent_event("no", "refusal", person="ann")):
        with pytest.raises(ErasedError):
            named.record(late)


def test_no_state_reveals_how_many_events_were_erased(named: FakeDependencies) -> None:
    """The states under the old and the new pseudonym are the same for one event and for seven."""

    def states_after(consent_events: int, person: str) -> list[PartyState]:
        for number in range(consent_events):
            named.record(consent_event(f"a-{number}", "refusal", person=person))
        old = pseudonym_of(named, person)
        erase(named, person)
        return [
            named.consents.states(ACME, [pseudonym])[pseudonym]
            for pseudonym in (old, pseudonym_of(named, person))
        ]

    assert states_after(1, "ann") == states_after(7, "bob")


def test_erasure_leaves_one_withdrawal(named: FakeDependencies) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    erase(named, "ann")

    shown = get_consent(
        ACME, NamedPerson(person="ann"), as_of=None, caller=named.caller, at=NOW, deps=named
    )

    assert {each.status for each in shown.statuses} == {ConsentStatus.WITHDRAWN}
    assert [
        (record.consent_event.consent_event_id, record.is_erasure)
        for record in shown.consent_events
    ] == [("erased", True)]


@pytest.mark.promise(7)
def test_a_caller_cannot_erase_another_customers_people(named: FakeDependencies) -> None:
    named.caller = Caller.allowed("admin", "globex")

    with pytest.raises(ForbiddenCustomerError):
        erase(named, "ann")

    assert named.client.tables[KEYS].items == {}


def test_an_erasure_with_an_unreadable_state_is_unavailable(named: FakeDependencies) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    pseudonym = pseudonym_of(named)
    unreadable = UnprocessedKeysClient(named.client, {state_key(ACME, pseudonym)[0]: 10**6})

    with pytest.raises(UnavailableError):
        erase(FakeDependencies(unreadable, seeded(unreadable, ACME)), "ann")

    assert pseudonym_of(named) == pseudonym
