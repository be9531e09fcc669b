"""A screening that died is done again without the look-ups it had kept, and comes to what it would have come to."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from consentry.decisions.decision import RequestRecord
from consentry.kernel.vocabulary import ConsentStatus
from consentry.screening.screening_decision import reevaluate_screening
from consentry.screening_jobs import checkpoint_repository, screening_job
from consentry.terms.assignment import Assignment
from tests.fakes.errors import Crash
from tests.fakes.screenings import KEY, Screened, row
from tests.fakes.worlds import NOW, World, library
from tests.flows.resuming import (
    PEOPLE,
    SCREENINGS,
    Looking,
    acme_of,
    crashing_at,
    dies,
    files,
    parts,
    timeless,
    withdraws,
)

LATER = NOW + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("few_at_once")


@pytest.mark.parametrize("form", SCREENINGS)
def test_after_a_crash_at_any_write_the_next_delivery_comes_to_the_same(form: str) -> None:
    request, content = SCREENINGS[form]
    whole = acme_of(content)
    decision = whole.screen(request)
    assert len(parts(whole)) >= 3

    for write in range(100):
        acme = acme_of(content)
        acme.store.before_write = crashing_at(write)
        try:
            acme.screen(request)
        except Crash:
            acme.store.before_write = lambda _: None
        else:
            break
        again = acme.screen(request, at=NOW + timedelta(minutes=1))

        assert files(acme, again) == files(whole, decision)
        assert timeless(again) == timeless(decision)
        assert reevaluate_screening(again, library()) == again
        assert acme.report(again)["outcome"] == "allow"

    assert write > 8


def test_nobody_whose_state_was_kept_is_looked_up_again() -> None:
    acme, second = acme_of(), Looking()
    dies(acme)

    acme.screen(at=LATER, keys=second)

    assert len(second.looked_up) < 2


def test_a_run_goes_on_keeping_where_the_one_before_it_died() -> None:
    acme, third = acme_of(), Looking()
    dies(acme, crashing_at(4))
    before = parts(acme)
    dies(acme)

    decision = acme.screen(keys=third)

    assert 0 < len(before) < len(parts(acme))
    assert len(third.looked_up) < 2
    assert decision.manifest.people == len(PEOPLE)


def bob_withdraws_after_the_crash() -> tuple[Screened, Looking, bytes]:
    acme, ring = acme_of(), Looking()
    dies(acme)
    withdraws(acme, PEOPLE[5])
    return acme, ring, acme.output(acme.screen(at=LATER, keys=ring), "admitted")


def test_an_act_in_between_makes_it_look_everybody_up_again() -> None:
    _, ring, admitted = bob_withdraws_after_the_crash()

    assert sorted(ring.looked_up) == list(PEOPLE)
    assert PEOPLE[5].encode() not in admitted


def test_a_twin_that_goes_on_although_an_epoch_moved_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def whatever_moved(folder: str, asked: RequestRecord, epochs: Iterable[int]) -> str:
        return checkpoint_repository.checkpoint_prefix(folder, asked, ())

    monkeypatch.setattr(screening_job, "checkpoint_prefix", whatever_moved)

    _, ring, admitted = bob_withdraws_after_the_crash()

    assert len(ring.looked_up) < 2
    assert PEOPLE[5].encode() in admitted


def test_a_consent_that_ended_in_between_has_ended() -> None:
    acme, fresh = acme_of(), acme_of()
    ends = NOW + timedelta(minutes=1)
    for each in (acme, fresh):
        each.deps.grant(consent_event_id="short", person=PEOPLE[0], until=ends.isoformat())
    dies(acme)

    decision = acme.screen(at=ends)

    people = [person for kind in decision.row_patterns for person in kind.evidence.people]
    assert ConsentStatus.EXPIRED in {each for person in people for each in person.statuses.values()}
    assert timeless(decision) == timeless(fresh.screen(at=ends))


def test_other_books_in_between_judge_all_rows() -> None:
    acme, assignment = acme_of(), Assignment(terms="zoom-terms", guardrails=("house",))
    dies(acme)
    bound = Screened(World(acme.deps.client, assignment=assignment), acme.store)

    decision = bound.screen(at=LATER)

    assert {reason.policy_set for reason in decision.reasons} == {"zoom-terms", "house"}
    assert reevaluate_screening(decision, library()) == decision


def test_another_manifest_in_its_place_is_screened_as_it_is() -> None:
    acme, other, ring = acme_of(), row(PEOPLE[1]) + row("dan") + row(PEOPLE[2]), Looking()
    dies(acme)
    acme.store.objects[KEY] = other

    decision = acme.screen(at=LATER, keys=ring)

    fresh = acme_of(other)
    assert files(acme, decision) == files(fresh, fresh.screen())
    assert decision.manifest.people == 3
    assert ring.looked_up == ["dan"]
