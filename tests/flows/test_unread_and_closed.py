"""A state that cannot be read is not told as none; of whom is being erased nothing stands, whenever it is asked."""

from datetime import datetime, timedelta

import pytest

from consentry.consent.consent_event import EVERY_USE
from consentry.consent.get_consent import ConsentDetails, get_consent
from consentry.consent.items import state_key
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.fakes.erasures import name_of
from tests.fakes.faults import Withholding
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, consent_event
from tests.flows.test_receipts import receipt

GRANT = consent_event("hers", "grant", person="ann", form=FORM_SHA256, signature="click")


def shown(deps: World, as_of: datetime | None = None) -> ConsentDetails:
    return get_consent(ACME, "ann", as_of=as_of, at=NOW + SECOND, caller=deps.caller, deps=deps)


@pytest.fixture
def silent(named: World) -> World:
    """Ann granted; her state cannot be read."""
    named.record(GRANT)
    unread = state_key(ACME, name_of(named))[0]
    return World(Withholding(named.client, {unread: 10**6}), named.pseudonyms)


@pytest.fixture
def closed(named: World) -> World:
    """Ann granted; her erasure has begun, and her acts are still there."""
    named.record(GRANT)
    assert isinstance(named.pseudonyms, DynamoDBPseudonymRepository)
    name = name_of(named)
    state = named.consents.states(ACME, (name,))[name]
    named.erasures.close(ACME, name, state)
    return named


@pytest.mark.parametrize("as_of", [None, NOW])
def test_a_state_that_cannot_be_read_is_not_shown(silent: World, as_of: datetime | None) -> None:
    with pytest.raises(UnavailableError):
        shown(silent, as_of)


def test_an_act_that_comes_again_is_not_answered_while_its_state_cannot_be_read(
    silent: World,
) -> None:
    with pytest.raises(UnavailableError):
        silent.record(GRANT)


def test_a_receipt_is_not_made_of_what_cannot_be_read(silent: World) -> None:
    with pytest.raises(UnavailableError):
        receipt(silent, "hers", party=name_of(silent))


@pytest.mark.parametrize("as_of", [None, NOW, NOW + timedelta(days=1)])
def test_of_whom_is_being_erased_everything_is_withdrawn(
    closed: World, as_of: datetime | None
) -> None:
    statuses = shown(closed, as_of).statuses

    assert {each.status for each in statuses} == {"withdrawn"}
    assert len(statuses) == len(EVERY_USE)


def test_who_is_being_erased_has_no_receipt_though_the_acts_are_still_there(closed: World) -> None:
    with pytest.raises(NotFoundError):
        receipt(closed, "hers", party=name_of(closed))
