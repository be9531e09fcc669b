"""A state that cannot be read is not told as none; of whom is being erased nothing stands, whenever it is asked."""

from datetime import datetime, timedelta

import pytest

from consentry.aws.consent_items import state_key
from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.domain.consent.acts import EVERY_USE
from consentry.domain.errors import NotFoundError, UnansweredError
from consentry.flows.show_consent import ConsentShown, show_consent
from tests.fakes.erasures import name_of
from tests.fakes.faults import Withholding
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act
from tests.flows.test_receipts import receipt

GRANT = act("hers", "grant", person="ann", form=FORM_SHA256, signature="click")


def shown(world: World, as_of: datetime | None = None) -> ConsentShown:
    return show_consent(ACME, "ann", as_of=as_of, at=NOW + SECOND, caller=world.caller, world=world)


@pytest.fixture
def silent(named: World) -> World:
    """Ann granted; her state cannot be read."""
    named.record(GRANT)
    unread = state_key(ACME, name_of(named))["pk"]["S"]
    return World(Withholding(named.client, {unread: 10**6}), named.keys)


@pytest.fixture
def closed(named: World) -> World:
    """Ann granted; her erasure has begun, and her acts are still there."""
    named.record(GRANT)
    assert isinstance(named.keys, KeyTable)
    name = name_of(named)
    state = named.consents.states(ACME, (name,))[name]
    ErasureTables(named.consents, named.keys).close(ACME, name, state)
    return named


@pytest.mark.parametrize("as_of", [None, NOW])
def test_a_state_that_cannot_be_read_is_not_shown(silent: World, as_of: datetime | None) -> None:
    with pytest.raises(UnansweredError):
        shown(silent, as_of)


def test_an_act_that_comes_again_is_not_answered_while_its_state_cannot_be_read(
    silent: World,
) -> None:
    with pytest.raises(UnansweredError):
        silent.record(GRANT)


def test_a_receipt_is_not_made_of_what_cannot_be_read(silent: World) -> None:
    with pytest.raises(UnansweredError):
        receipt(silent, "hers", party=name_of(silent))


@pytest.mark.parametrize("as_of", [None, NOW, NOW + timedelta(days=1)])
def test_of_whom_is_being_erased_everything_is_withdrawn(
    closed: World, as_of: datetime | None
) -> None:
    standings = shown(closed, as_of).standings

    assert {each.standing for each in standings} == {"withdrawn"}
    assert len(standings) == len(EVERY_USE)


def test_who_is_being_erased_has_no_receipt_though_the_acts_are_still_there(closed: World) -> None:
    with pytest.raises(NotFoundError):
        receipt(closed, "hers", party=name_of(closed))
