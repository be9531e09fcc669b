"""The port `Consents`, promise by promise, over our fake and over moto."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.batch_reads import TRIES
from consentry.aws.consent_items import epoch_keys, state_key
from consentry.domain.consent.act_records import ActRecord, record_of
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.standings import UNREAD, PartyState
from consentry.domain.errors import ConsentMovedError, UnansweredError
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.faults import Fault, Faulty, Withholding
from tests.fakes.names import FixedKeys
from tests.fakes.worlds import ACME, NOW, World, act

NEVER = PartyState()


def record(act_id: str, kind: str = "withdraw", version: int = 1) -> tuple[ActRecord, Effect]:
    said = act(act_id, kind)
    key, before = FixedKeys().key_of(ACME), PartyState(version - 1)
    kept = record_of(said, None, None, key, party=CUSTOMER_PARTY, after=before, by="p", at=NOW)
    return kept, kept.effect


def state(world: World, party: str = CUSTOMER_PARTY) -> PartyState:
    return world.consents.states(ACME, (party,))[party]


def test_a_party_that_never_acted_has_version_0(world: World) -> None:
    assert world.consents.states(ACME, ("customer", "ann")) == {"customer": NEVER, "ann": NEVER}


def test_states_of_more_people_than_a_batch_holds_are_all_read(world: World) -> None:
    kept, effect = record("a1")
    written = world.consents.append(kept, effect, NEVER)
    parties = (*(f"p{number}" for number in range(150)), CUSTOMER_PARTY)

    states = world.consents.states(ACME, parties)

    assert tuple(states) == parties
    assert [party for party in parties if states[party] != NEVER] == [CUSTOMER_PARTY]
    assert states[CUSTOMER_PARTY] == written


def test_an_act_and_the_state_after_it_are_written_together(world: World) -> None:
    kept, effect = record("a1")

    after = world.consents.append(kept, effect, NEVER)

    assert after == state(world) == PartyState(1, (effect,))
    assert world.consents.act(ACME, CUSTOMER_PARTY, "a1") == kept
    assert world.consents.acts(ACME, CUSTOMER_PARTY) == (kept,)


def test_an_act_on_a_state_that_moved_writes_nothing(world: World) -> None:
    world.consents.append(*record("a1"), NEVER)
    before = world.consents.epochs(ACME)

    with pytest.raises(ConsentMovedError):
        world.consents.append(*record("a2"), NEVER)

    assert world.consents.act(ACME, CUSTOMER_PARTY, "a2") is None
    assert (state(world).version, world.consents.epochs(ACME)) == (1, before)


def test_an_act_whose_answer_was_lost_is_found_and_not_repeated(client: Any) -> None:
    kept, effect = record("a1")

    after = World(Faulty(client, Fault.ASKED_TWICE)).consents.append(kept, effect, NEVER)

    assert after == state(World(client)) == PartyState(1, (effect,))
    assert sum(World(client).consents.epochs(ACME)) == 1


def test_an_act_that_is_stored_with_another_body_is_no_lost_answer(world: World) -> None:
    world.consents.append(*record("a1"), NEVER)
    kept, effect = record("a1", "refuse")

    with pytest.raises(ConsentMovedError):
        world.consents.append(kept, effect, NEVER)


def test_an_error_of_dynamodb_is_nobodys_answer(client: Any) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, Fault.NOT_APPLIED)).consents.append(*record("a1"), NEVER)

    assert state(World(client)) == NEVER


def test_an_act_that_may_lower_a_standing_bumps_one_epoch(world: World) -> None:
    assert sum(world.consents.epochs(ACME)) == 0
    after = world.consents.append(*record("a1"), NEVER)
    assert sum(world.consents.epochs(ACME)) == 1
    world.consents.append(*record("a2", "grant", 2), after)

    assert sum(world.consents.epochs(ACME)) == 1
    assert sum(world.consents.epochs("another")) == 0


def test_acts_are_listed_oldest_first_however_they_sort_and_page(fake: FakeDynamoDB) -> None:
    fake.page_items, world = 2, World(fake)
    for act_id in ("c", "a", "d", "b"):
        world.record(act(act_id, "refuse"), at=NOW - timedelta(days=ord(act_id)))

    listed = [each.act.act_id for each in world.consents.acts(ACME, CUSTOMER_PARTY)]

    assert listed == ["c", "a", "d", "b"]


@pytest.mark.parametrize(("times", "read"), [(TRIES - 1, True), (TRIES, False)])
def test_what_stays_unprocessed_is_unread_and_never_guessed(
    client: Any, times: int, read: bool
) -> None:
    World(client).consents.append(*record("a1"), NEVER)
    world = World(Withholding(client, {state_key(ACME, CUSTOMER_PARTY)["pk"]["S"]: times}))

    states = world.consents.states(ACME, (CUSTOMER_PARTY, "ann"))

    assert (states[CUSTOMER_PARTY] == UNREAD) is not read
    assert states["ann"] == NEVER
    assert len(world.pauses) == times
    assert all(0 <= pause < 2 for pause in world.pauses)


def test_epochs_that_stay_unprocessed_are_unanswered(client: Any) -> None:
    world = World(Withholding(client, {epoch_keys(ACME)[3]["pk"]["S"]: TRIES}))

    with pytest.raises(UnansweredError):
        world.consents.epochs(ACME)
