"""A person is erased: nothing of theirs stays, and what comes after is nobody's that was before."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from consentry.aws.consent_items import state_key
from consentry.domain.callers import Caller
from consentry.domain.erasure import BACKUPS_KEEP, QUEUES_KEEP
from consentry.domain.errors import (
    ConflictingIdError,
    ErasedError,
    ForeignCustomerError,
    UnansweredError,
)
from consentry.domain.vocabulary import Standing
from consentry.flows.show_consent import show_consent
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.erasures import erase
from tests.fakes.faults import Withholding
from tests.fakes.names import seeded
from tests.fakes.tables import KEYS
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act, asked

ROOT = Path(__file__).parents[2]
SIGNED = {"person": "ann", "form": FORM_SHA256, "signature": "click"}


@pytest.fixture
def world(client: FakeDynamoDB) -> World:
    made = World(client, seeded(client, ACME))
    made.grant()
    return made


def name_of(world: World, person: str = "ann") -> str:
    return world.keys.known_names(ACME, [person])[person]


def test_a_new_grant_counts_and_an_old_one_delivered_late_does_not(world: World) -> None:
    old = act("yes", "grant", **SIGNED)
    world.record(old)
    erase(world, "ann")

    with pytest.raises(ErasedError):
        world.record(old)
    assert not world.decide(asked()).allows

    world.record(act("again", "grant", **SIGNED))
    assert world.decide(asked("r-2")).allows


def test_an_old_act_stays_spent_through_acts_and_erasures_that_follow(world: World) -> None:
    old = act("yes", "grant", **SIGNED)
    world.record(old)
    erase(world, "ann", "e-1")
    world.record(act("no", "refuse", person="ann"))
    erase(world, "ann", "e-2")

    for late in (old, act("no", "refuse", person="ann")):
        with pytest.raises(ErasedError):
            world.record(late)


def test_the_same_erasure_again_is_the_same_and_a_new_one_erases_anew(world: World) -> None:
    first = erase(world, "ann", "e-1")
    name = name_of(world)

    assert erase(world, "ann", "e-1", at=NOW + SECOND) == first
    assert name_of(world) == name
    assert erase(world, "ann", "e-2", at=NOW + SECOND).at == NOW + SECOND
    assert name_of(world) != name


def test_an_erasure_with_the_id_of_an_act_is_an_error_and_erases_nothing(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(world, "ann", "yes")

    assert world.decide(asked()).allows


def test_what_stays_of_a_person_is_one_withdrawal(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    erase(world, "ann")

    shown = show_consent(ACME, "ann", as_of=None, at=NOW, **world.asked_of)

    assert {each.standing for each in shown.standings} == {Standing.WITHDRAWN}
    assert [(record.act.act_id, record.erases) for record in shown.acts] == [("erased", True)]


def test_nobody_erases_another_customers_people(world: World) -> None:
    world.caller = Caller.allowed("admin", "globex")

    with pytest.raises(ForeignCustomerError):
        erase(world, "ann")

    assert world.client.tables[KEYS].items == {}


def test_an_erasure_on_a_state_that_cannot_be_read_is_not_done(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    name = name_of(world)
    silent = Withholding(world.client, {state_key(ACME, name)["pk"]["S"]: 10**6})

    with pytest.raises(UnansweredError):
        erase(World(silent, seeded(silent, ACME)), "ann")

    assert name_of(world) == name


def test_what_is_said_to_be_kept_is_what_the_templates_keep(world: World) -> None:
    messaging = (ROOT / "infra" / "messaging.yaml").read_text()
    retention = {int(s) for s in re.findall(r"MessageRetentionPeriod: (\d+)", messaging)}
    longest = timedelta(seconds=max(retention))

    kept = erase(world, "ann").kept

    assert longest < QUEUES_KEEP <= longest + timedelta(days=1)
    assert "RecoveryPeriodInDays" not in (ROOT / "infra" / "storage.yaml").read_text()
    assert {each.until for each in kept} == {None, NOW + BACKUPS_KEEP, NOW + QUEUES_KEEP}
