"""Acts are kept once, under the right party, or refused with nothing kept."""

import pytest

from consentry.consent.items import state_key
from consentry.kernel.errors import (
    ConflictingIdError,
    InvalidRequestError,
    UnavailableError,
    UnknownFormError,
)
from tests.fakes.faults import Withholding
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, consent_event


def test_an_act_is_kept_once_however_often_it_is_delivered(deps: World) -> None:
    first = deps.record(consent_event("w", "withdrawal"))
    again = deps.record(consent_event("w", "withdrawal"), at=NOW + SECOND)

    assert again == first
    assert [
        kept.consent_event.consent_event_id
        for kept in deps.consents.consent_events(ACME, "customer")
    ] == ["granted", "w"]


def test_an_act_id_with_another_body_is_an_error_and_changes_nothing(deps: World) -> None:
    with pytest.raises(ConflictingIdError):
        deps.record(consent_event("granted", "withdrawal"))

    assert len(deps.consents.consent_events(ACME, "customer")) == 1


def test_two_parties_may_use_the_same_act_id(deps: World) -> None:
    deps.record(consent_event("same", "refusal", person="ann"))
    deps.record(consent_event("same", "refusal", person="bob"))

    names = deps.pseudonyms.find_pseudonyms(ACME, ("ann", "bob"))
    assert [len(deps.consents.consent_events(ACME, name)) for name in names.values()] == [1, 1]


def test_an_act_on_a_form_that_was_never_registered_is_refused(deps: World) -> None:
    with pytest.raises(UnknownFormError):
        deps.record(consent_event("g", "grant", form=FORM_SHA256[::-1], signature="click"))

    assert deps.consents.consent_event(ACME, "customer", "g") is None


def test_a_form_of_another_customer_is_not_registered_for_this_one(deps: World) -> None:
    said = consent_event("g", "grant", form=FORM_SHA256, signature="click")

    with pytest.raises(UnknownFormError):
        deps.record(said.model_copy(update={"customer": "globex"}))


def test_an_act_on_a_state_that_cannot_be_read_is_not_kept(deps: World) -> None:
    silent = World(Withholding(deps.client, {state_key(ACME, "customer")[0]: 10**6}))

    with pytest.raises(UnavailableError):
        silent.record(consent_event("w", "withdrawal"))

    assert deps.consents.consent_event(ACME, "customer", "w") is None


def test_a_grant_that_comes_again_after_its_end_is_the_same_act(deps: World) -> None:
    short = consent_event("short", "grant", until=(NOW + SECOND).isoformat())
    first = deps.record(short)

    assert deps.record(short, at=NOW + 2 * SECOND) == first
    with pytest.raises(InvalidRequestError, match="until: has passed"):
        deps.record(consent_event("other", "grant", until=NOW.isoformat()), at=NOW + SECOND)
