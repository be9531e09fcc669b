"""A screening that crashed is repeated without loading checkpointed states again, with the same result."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from consentry.decisions.decision import RequestRecord
from consentry.kernel.vocabulary import ConsentStatus
from consentry.screening.screening_decision import reevaluate_screening
from consentry.screening_jobs import screen_manifest
from consentry.screening_jobs.checkpoint import checkpoint_prefix
from consentry.terms.assignment import Assignment
from tests.testkit.builders.dependencies import NOW, FakeDependencies, library
from tests.testkit.builders.interrupted_screenings import (
    PEOPLE,
    SCREENINGS,
    SMALL_LIMITS,
    RecordingPseudonymRepository,
    acme_with_manifest,
    crash_at_write,
    crash_during_screening,
    files,
    parts,
    withdraws,
    without_timestamps,
)
from tests.testkit.builders.screenings import KEY, ScreeningDriver, row
from tests.testkit.fakes.dynamodb_errors import Crash

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize("form", SCREENINGS)
def test_a_screening_resumed_after_any_crash_gives_the_same_result(form: str) -> None:
    request, content = SCREENINGS[form]
    whole = acme_with_manifest(content)
    decision = whole.screen(request)
    assert len(parts(whole)) >= 3

    for write in range(100):
        acme = acme_with_manifest(content)
        acme.store.before_write = crash_at_write(write)
        try:
            acme.screen(request)
        except Crash:
            acme.store.before_write = lambda _: None
        else:
            break
        again = acme.screen(request, at=NOW + timedelta(minutes=1))

        assert files(acme, again) == files(whole, decision)
        assert without_timestamps(again) == without_timestamps(decision)
        assert reevaluate_screening(again, library()) == again
        assert acme.report(again)["outcome"] == "allow"

    assert write > 8


def test_a_resumed_screening_does_not_load_checkpointed_states_again() -> None:
    acme, second = acme_with_manifest(), RecordingPseudonymRepository()
    crash_during_screening(acme)

    acme.screen(at=LATER, keys=second)

    assert len(second.looked_up) < 2


def test_a_resumed_screening_continues_the_checkpoint() -> None:
    acme, third = acme_with_manifest(), RecordingPseudonymRepository()
    crash_during_screening(acme, crash_at_write(4))
    before = parts(acme)
    crash_during_screening(acme)

    decision = acme.screen(keys=third)

    assert 0 < len(before) < len(parts(acme))
    assert len(third.looked_up) < 2
    assert decision.manifest.people_count == len(PEOPLE)


def bob_withdraws_after_the_crash() -> tuple[ScreeningDriver, RecordingPseudonymRepository, bytes]:
    acme, ring = acme_with_manifest(), RecordingPseudonymRepository()
    crash_during_screening(acme)
    withdraws(acme, PEOPLE[5])
    return acme, ring, acme.output(acme.screen(at=LATER, keys=ring), "admitted")


def test_a_consent_event_between_runs_discards_the_checkpoint() -> None:
    _, ring, admitted = bob_withdraws_after_the_crash()

    assert sorted(ring.looked_up) == list(PEOPLE)
    assert PEOPLE[5].encode() not in admitted


def test_a_variant_that_resumes_after_an_epoch_change_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_epochs(folder: str, request_record: RequestRecord, _: Iterable[int]) -> str:
        return checkpoint_prefix(folder, request_record, ())

    monkeypatch.setattr(screen_manifest, "checkpoint_prefix", without_epochs)

    _, ring, admitted = bob_withdraws_after_the_crash()

    assert len(ring.looked_up) < 2
    assert PEOPLE[5].encode() in admitted


def test_a_consent_that_expired_between_runs_is_expired() -> None:
    acme, fresh = acme_with_manifest(), acme_with_manifest()
    ends = NOW + timedelta(minutes=1)
    for each in (acme, fresh):
        each.deps.grant(consent_event_id="short", person=PEOPLE[0], until=ends.isoformat())
    crash_during_screening(acme)

    decision = acme.screen(at=ends)

    people = [person for kind in decision.row_patterns for person in kind.evidence.people]
    assert ConsentStatus.EXPIRED in {each for person in people for each in person.statuses.values()}
    assert without_timestamps(decision) == without_timestamps(fresh.screen(at=ends))


def test_terms_assigned_between_runs_apply_to_all_rows() -> None:
    acme, assignment = acme_with_manifest(), Assignment(terms="zoom-terms", guardrails=("house",))
    crash_during_screening(acme)
    deps = FakeDependencies(acme.deps.client, assignment=assignment)
    bound = ScreeningDriver(deps, acme.store, SMALL_LIMITS)

    decision = bound.screen(at=LATER)

    assert {reason.policy_set_id for reason in decision.reasons} == {"zoom-terms", "house"}
    assert reevaluate_screening(decision, library()) == decision


def test_a_replaced_manifest_is_screened_from_its_new_content() -> None:
    acme, other, ring = (
        acme_with_manifest(),
        row(PEOPLE[1]) + row("dan") + row(PEOPLE[2]),
        RecordingPseudonymRepository(),
    )
    crash_during_screening(acme)
    acme.store.objects[KEY] = other

    decision = acme.screen(at=LATER, keys=ring)

    fresh = acme_with_manifest(other)
    assert files(acme, decision) == files(fresh, fresh.screen())
    assert decision.manifest.people_count == 3
    assert ring.looked_up == ["dan"]
