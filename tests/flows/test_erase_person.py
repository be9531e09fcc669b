"""A person is erased: nothing of theirs stays, no ban is lifted by it, and what comes after is another's."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from consentry.aws.consent_items import state_key
from consentry.domain.callers import Caller
from consentry.domain.decision import Decision, recompute
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
from tests.fakes.screenings import Screened, row
from tests.fakes.tables import CONSENTS, DECISIONS, KEYS
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


def holding(client: FakeDynamoDB, words: str) -> set[tuple[str, str, str]]:
    """The items in which the words stand anywhere: table, partition, sort key."""
    return {
        (name, *key)
        for name, table in client.tables.items()
        for key, item in table.items.items()
        if words in repr(item)
    }


@pytest.mark.parametrize("kind", ["refuse", "withdraw"])
def test_erasing_somebody_who_said_no_does_not_let_them_be_trained_on(
    world: World, kind: str
) -> None:
    world.record(act("no", kind, person="ann"))

    erase(world, "ann")

    denied = world.decide(asked())
    assert not denied.allows
    assert [each.standings[leaf] for each in denied.evidence.people for leaf in each.standings] == [
        Standing.WITHDRAWN
    ]


def test_rows_that_still_name_somebody_erased_are_refused(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])

    erase(world, "ann")

    decision = screened.screen()
    assert screened.output(decision, "refused") == row("ann")
    assert screened.output(decision, "admitted") == row("bob")


def test_a_screening_allowed_before_is_taken_back(world: World) -> None:
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])
    world.record(act("yes", "grant", **SIGNED))
    assert screened.screen().allows

    erase(world, "ann")

    assert not screened.screen(at=NOW + SECOND).allows


def test_somebody_never_heard_of_is_refused_once_erased(world: World) -> None:
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])
    first = screened.screen()

    erase(world, "ann")

    assert first.allows
    assert not screened.screen(at=NOW + SECOND).allows
    assert not world.decide(asked()).allows


def test_an_allow_is_denied_after_the_erasure_and_its_row_names_nobody_new(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    before, allowed = name_of(world), world.decide(asked())

    erase(world, "ann")
    denied = world.decide(asked(), at=NOW + SECOND)

    assert allowed.allows
    assert (denied.outcome, denied.revision) == ("deny", 2)
    assert [person.party for person in denied.evidence.people] == [before]
    assert world.decide(asked(), at=NOW + 2 * SECOND) == denied
    stored = world.decisions.latest(denied.decision_id)
    assert isinstance(stored, Decision)
    assert stored == denied == recompute(stored, world.library)


@pytest.mark.parametrize("people", [["bob"], ["ann", "bob"], []])
def test_the_same_request_id_on_other_people_stays_an_error(
    world: World, people: list[str]
) -> None:
    world.decide(asked())
    erase(world, "cleo")
    others = [{"person": each, "role": "speaker"} for each in people]

    with pytest.raises(ConflictingIdError):
        world.decide(asked(people=others))


def test_nothing_stored_joins_the_name_before_and_the_name_after(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    world.decide(asked())
    before = name_of(world)

    erase(world, "ann")
    world.record(act("again", "grant", **SIGNED))
    world.decide(asked("r-2"))

    after, client = name_of(world), world.client
    assert before != after
    assert not holding(client, before) & holding(client, after)
    closed = state_key(ACME, before)["pk"]["S"]
    decided = world.decide(asked(), at=NOW + SECOND)
    assert holding(client, before) == {
        (CONSENTS, closed, "state"),
        *((DECISIONS, f"{ACME}#{decided.decision_id[5:]}", f"revision#000{n}") for n in (1, 2)),
    }
    (left,) = (item for key, item in client.tables[CONSENTS].items.items() if key[0] == closed)
    assert set(left) == {"pk", "sk", "version", "effects", "closed"}
    assert left["effects"] == {"S": "[]"}


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

    shown = show_consent(
        ACME, "ann", caller=world.caller, at=NOW, keys=world.keys, consents=world.consents
    )

    assert {each.standing for each in shown.standings} == {Standing.WITHDRAWN}
    assert [(record.act.act_id, record.erases) for record in shown.acts] == [("erased", True)]


def test_others_are_not_touched(world: World) -> None:
    world.record(act("bobs", "refuse", person="bob"))
    others = holding(world.client, name_of(world, "bob"))

    erase(world, "ann")

    assert holding(world.client, name_of(world, "bob")) == others


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
