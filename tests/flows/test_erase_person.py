"""A person is erased: nothing of theirs stays, and what comes after is nobody's that was before."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from consentry.aws.consent_items import state_key
from consentry.domain.callers import Caller
from consentry.domain.consent.erasure import (
    BACKUPS_KEEP,
    QUEUES_KEEP,
    SCREENINGS_KEEP,
    STREAM_KEEPS,
)
from consentry.domain.errors import (
    ConflictingIdError,
    ErasedError,
    ForeignCustomerError,
    UnansweredError,
)
from consentry.domain.vocabulary import Standing
from consentry.flows.show_consent import show_consent
from tests.fakes.erasures import SIGNED, erase, name_of
from tests.fakes.errors import Crash
from tests.fakes.faults import Fault, Faulty, Withholding
from tests.fakes.names import seeded
from tests.fakes.tables import KEYS
from tests.fakes.worlds import ACME, NOW, SECOND, World, act, asked

ROOT = Path(__file__).parents[2]


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


def test_the_same_erasure_again_is_the_same_and_a_new_one_erases_anew(named: World) -> None:
    first = erase(named, "ann", "e-1")
    name = name_of(named)

    assert erase(named, "ann", "e-1", at=NOW + SECOND) == first
    assert name_of(named) == name
    assert erase(named, "ann", "e-2", at=NOW + SECOND).at == NOW + SECOND
    assert name_of(named) != name


def test_an_erasure_delivered_again_after_another_touches_nothing_that_came_since(
    named: World,
) -> None:
    named.record(act("yes", "grant", **SIGNED))
    erase(named, "ann", "e-1")
    second = erase(named, "ann", "e-2", at=NOW + SECOND)
    named.record(act("again", "grant", **SIGNED), at=NOW + SECOND)
    name = name_of(named)

    late = erase(named, "ann", "e-1", at=NOW + 2 * SECOND)

    assert (late.erasure_id, late.at) == ("e-1", second.at)
    assert name_of(named) == name
    assert named.decide(asked(), at=NOW + 2 * SECOND).allows


def test_an_erasure_delivered_again_beside_one_that_broke_off_is_not_answered(
    named: World,
) -> None:
    erase(named, "ann", "e-1")
    with pytest.raises(Crash):
        erase(World(Faulty(named.client, *[None] * 4, Fault.CRASH), named.keys), "ann", "e-2")

    with pytest.raises(UnansweredError):
        erase(named, "ann", "e-1")

    erase(named, "ann", "e-2")
    assert erase(named, "ann", "e-1").erasure_id == "e-1"


def test_an_erasure_with_the_id_of_an_act_is_an_error_and_erases_nothing(named: World) -> None:
    named.record(act("yes", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(named, "ann", "yes")

    assert named.decide(asked()).allows


def test_an_erasure_with_the_id_of_an_act_that_was_erased_is_an_error_too(named: World) -> None:
    named.record(act("yes", "grant", **SIGNED))
    erase(named, "ann", "e-1")
    named.record(act("again", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(named, "ann", "yes")

    assert named.decide(asked()).allows


def test_what_stays_of_a_person_is_one_withdrawal(named: World) -> None:
    named.record(act("yes", "grant", **SIGNED))
    erase(named, "ann")

    shown = show_consent(ACME, "ann", as_of=None, at=NOW, **named.asked_of)

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


def test_what_is_said_to_be_kept_is_what_the_templates_keep(named: World) -> None:
    messaging = (ROOT / "infra" / "messaging.yaml").read_text()
    retention = {int(s) for s in re.findall(r"MessageRetentionPeriod: (\d+)", messaging)}
    longest = timedelta(seconds=max(retention))

    storage = (ROOT / "infra" / "storage.yaml").read_text()
    passing = storage[storage.index("Id: WhatPassesExpires") :].partition("- Id")[0]
    days = [int(d) for d in re.findall(r"(?:ExpirationInDays|NoncurrentDays): (\d+)", passing)]

    kept = erase(named, "ann").kept

    assert longest < QUEUES_KEEP <= longest + timedelta(days=1)
    assert "RecoveryPeriodInDays" not in storage
    # S3 goes on to the next midnight each time.
    assert sum((timedelta(days=each + 1) for each in days), timedelta()) == SCREENINGS_KEEP
    ends = {BACKUPS_KEEP, STREAM_KEEPS, QUEUES_KEEP, SCREENINGS_KEEP}
    assert {each.until for each in kept} == {None, *(NOW + end for end in ends)}


def test_one_figure_is_said_everywhere_of_what_screenings_looked_up() -> None:
    said = {
        name: (ROOT / name).read_text() for name in ("README.md", "ARCHITECTURE.md", "SECURITY.md")
    }

    assert [
        name for name, text in said.items() if "after five days at the latest" not in text
    ] == []
