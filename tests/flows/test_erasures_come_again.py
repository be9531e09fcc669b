"""An erasure whose id came before: it was done, whatever came since; or the id was an act's, and it is an error."""

import pytest

from consentry.kernel.errors import ConflictingIdError, UnavailableError
from tests.fakes.erasures import SIGNED, erase, name_of
from tests.fakes.errors import Crash
from tests.fakes.faults import Fault, Faulty
from tests.fakes.worlds import NOW, SECOND, World, asked, consent_event


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
    named.record(consent_event("yes", "grant", **SIGNED))
    erase(named, "ann", "e-1")
    second = erase(named, "ann", "e-2", at=NOW + SECOND)
    named.record(consent_event("again", "grant", **SIGNED), at=NOW + SECOND)
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
        erase(World(Faulty(named.client, *[None] * 4, Fault.CRASH), named.pseudonyms), "ann", "e-2")

    with pytest.raises(UnavailableError):
        erase(named, "ann", "e-1")

    erase(named, "ann", "e-2")
    assert erase(named, "ann", "e-1").erasure_id == "e-1"


def test_an_erasure_with_the_id_of_an_act_is_an_error_and_erases_nothing(named: World) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(named, "ann", "yes")

    assert named.decide(asked()).allows


def test_an_erasure_with_the_id_of_an_act_that_was_erased_is_an_error_too(named: World) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    erase(named, "ann", "e-1")
    named.record(consent_event("again", "grant", **SIGNED))

    with pytest.raises(ConflictingIdError, match="erasure_id"):
        erase(named, "ann", "yes")

    assert named.decide(asked()).allows
