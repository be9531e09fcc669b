"""A request that is delivered again after an erasure is denied under the old pseudonym."""

from dataclasses import replace

import pytest

from consentry.consent.status import UNREADABLE_STATE
from consentry.decisions.decision import Decision, reevaluate
from consentry.kernel.errors import ConflictingIdError, UnavailableError
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, erase


def test_a_request_redelivered_after_erasure_is_denied_under_the_old_pseudonym(
    named: FakeDependencies,
) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    before, allowed = (
        named.pseudonyms.get_or_create_pseudonyms(ACME, ["ann"])["ann"],
        named.decide(use_request()),
    )

    erase(named, "ann")
    denied = named.decide(use_request(), at=NOW + SECOND)

    assert allowed.allows
    assert (denied.outcome, denied.revision) == ("deny", 2)
    assert [person.party for person in denied.evidence.people] == [before]
    assert named.decide(use_request(), at=NOW + 2 * SECOND) == denied
    stored = named.decisions.latest(denied.decision_id)
    assert isinstance(stored, Decision)
    assert stored == reevaluate(stored, named.library)
    # The positions of people are left out: the request names the person by a new pseudonym.
    assert replace(stored, what_would_allow=denied.what_would_allow) == denied


@pytest.mark.parametrize("people", [["bob"], ["ann", "bob"], []])
def test_the_same_request_id_with_other_people_is_a_conflict_after_erasure(
    named: FakeDependencies, people: list[str]
) -> None:
    named.decide(use_request())
    erase(named, "cleo")
    others = [{"person": each, "role": "speaker"} for each in people]

    with pytest.raises(ConflictingIdError):
        named.decide(use_request(people=others))


def test_replacing_an_erased_person_in_a_request_is_no_allow(named: FakeDependencies) -> None:
    named.decide(use_request())
    erase(named, "ann")
    bob = [{"person": "bob", "role": "speaker"}]

    assert not named.decide(use_request(people=bob)).allows


def test_changing_the_role_of_an_erased_person_is_a_conflict(named: FakeDependencies) -> None:
    named.decide(use_request())
    erase(named, "ann")

    with pytest.raises(ConflictingIdError):
        named.decide(use_request(people=[{"person": "ann", "role": "host"}]))


def test_a_request_is_unavailable_if_erasure_cannot_be_checked(
    named: FakeDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    named.decide(use_request())
    erase(named, "ann")
    unreadable = dict.fromkeys(
        named.pseudonyms.get_or_create_pseudonyms(ACME, ["ann"]).values(), UNREADABLE_STATE
    )
    monkeypatch.setattr(type(named.consents), "states", lambda *_: unreadable)

    with pytest.raises(UnavailableError):
        named.decide(use_request())
