"""Repeating an erasure is a no-op; the id of a consent event is a conflict."""

from dataclasses import replace

import pytest

from consentry.kernel.errors import ConflictingIdError, UnavailableError
from tests.testkit.builders.dependencies import (
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, erase, pseudonym_of
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.faults import Fault, FaultyClient


def test_repeating_an_erasure_is_a_no_op_and_a_new_one_erases_again(
    named: FakeDependencies,
) -> None:
    first = erase(named, "ann", "e-1")
    pseudonym = pseudonym_of(named)

    assert erase(named, "ann", "e-1", at=NOW + SECOND) == replace(first, destroyed=None)
    assert pseudonym_of(named) == pseudonym
    assert erase(named, "ann", "e-2", at=NOW + SECOND).at == NOW + SECOND
    assert pseudonym_of(named) != pseudonym


def test_an_erasure_redelivered_after_another_changes_no_later_event(
    named: FakeDependencies,
) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    erase(named, "ann", "e-1")
    second = erase(named, "ann", "e-2", at=NOW + SECOND)
    named.record(consent_event("again", "grant", **SIGNED), at=NOW + SECOND)
    pseudonym = pseudonym_of(named)

    late = erase(named, "ann", "e-1", at=NOW + 2 * SECOND)

    assert (late.erasure_id, late.at) == ("e-1", second.at)
    assert pseudonym_of(named) == pseudonym
    assert named.decide(use_request(), at=NOW + 2 * SECOND).allows


def test_a_redelivered_erasure_is_unavailable_while_another_is_incomplete(
    named: FakeDependencies,
) -> None:
    erase(named, "ann", "e-1")
    with pytest.raises(Crash):
        erase(
            FakeDependencies(
                FaultyClient(named.client, *[None] * 4, Fault.CRASH), named.pseudonyms
            ),
            "ann",
            "e-2",
        )

    with pytest.raises(UnavailableError):
        erase(named, "ann", "e-1")

    erase(named, "ann", "e-2")
    assert erase(named, "ann", "e-1").erasure_id == "e-1"


def test_an_erasure_with_the_id_of_a_consent_event_is_a_conflict(named: FakeDependencies) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(named, "ann", "yes")

    assert named.decide(use_request()).allows


def test_an_erasure_with_the_id_of_an_erased_event_is_a_conflict(named: FakeDependencies) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    erase(named, "ann", "e-1")
    named.record(consent_event("again", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(named, "ann", "yes")

    assert named.decide(use_request()).allows
