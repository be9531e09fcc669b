"""A request delivered again after somebody in it was erased: denied, and its row names nobody by a new name."""

import pytest

from consentry.consent.status import UNREADABLE_STATE
from consentry.decisions.decision import Decision, reevaluate
from consentry.kernel.errors import ConflictingIdError, UnavailableError
from tests.fakes.erasures import SIGNED, erase
from tests.fakes.worlds import ACME, NOW, SECOND, World, asked, consent_event


def test_an_allow_is_denied_after_the_erasure_and_its_row_names_nobody_new(named: World) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    before, allowed = (
        named.pseudonyms.get_or_create_pseudonyms(ACME, ["ann"])["ann"],
        named.decide(asked()),
    )

    erase(named, "ann")
    denied = named.decide(asked(), at=NOW + SECOND)

    assert allowed.allows
    assert (denied.outcome, denied.revision) == ("deny", 2)
    assert [person.party for person in denied.evidence.people] == [before]
    assert named.decide(asked(), at=NOW + 2 * SECOND) == denied
    stored = named.decisions.latest(denied.decision_id)
    assert isinstance(stored, Decision)
    assert stored == denied == reevaluate(stored, named.library)


@pytest.mark.parametrize("people", [["bob"], ["ann", "bob"], []])
def test_the_same_request_id_on_other_people_stays_an_error(
    named: World, people: list[str]
) -> None:
    named.decide(asked())
    erase(named, "cleo")
    others = [{"person": each, "role": "speaker"} for each in people]

    with pytest.raises(ConflictingIdError):
        named.decide(asked(people=others))


def test_other_people_in_the_place_of_the_erased_are_no_allow(named: World) -> None:
    named.decide(asked())
    erase(named, "ann")
    bob = [{"person": "bob", "role": "speaker"}]

    assert not named.decide(asked(people=bob)).allows


def test_a_request_in_which_the_role_of_the_erased_is_another_is_an_error(named: World) -> None:
    named.decide(asked())
    erase(named, "ann")

    with pytest.raises(ConflictingIdError):
        named.decide(asked(people=[{"person": "ann", "role": "host"}]))


def test_where_it_cannot_be_read_whether_somebody_was_erased_nothing_is_answered(
    named: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    named.decide(asked())
    erase(named, "ann")
    unread = dict.fromkeys(
        named.pseudonyms.get_or_create_pseudonyms(ACME, ["ann"]).values(), UNREADABLE_STATE
    )
    monkeypatch.setattr(type(named.consents), "states", lambda *_: unread)

    with pytest.raises(UnavailableError):
        named.decide(asked())
