"""Checkpoints of a screening: encrypted, for one request; a damaged or moved part is ignored."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.manifests.limits import DEFAULT_LIMITS
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies
from tests.testkit.builders.interrupted_screenings import (
    LINES,
    PEOPLE,
    SMALL_LIMITS,
    RecordingPseudonymRepository,
    acme_with_manifest,
    crash_during_screening,
    files,
    parts,
)
from tests.testkit.builders.screenings import ScreeningDriver, screening
from tests.testkit.fakes.faults import UnprocessedKeysClient

LATER = NOW + timedelta(hours=1)
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda part: b"",
    "cut": lambda part: part[: len(part) // 2],
    "changed": lambda part: part[:40] + bytes([part[40] ^ 1]) + part[41:],
    "no text": lambda part: b"\xff" * 80,
    "no base64": lambda part: b"=" * 79,
    "endless": lambda part: part + b"\n" * 200_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_checkpoint_part_and_all_later_parts_are_loaded_again(
    damage: str,
) -> None:
    acme, ring, whole = acme_with_manifest(), RecordingPseudonymRepository(), acme_with_manifest()
    acme.limits = replace(SMALL_LIMITS, max_part=100_000)
    crash_during_screening(acme)
    second = parts(acme)[1]
    acme.store.objects[second] = DAMAGE[damage](acme.store.objects[second])

    decision = acme.screen(at=LATER, keys=ring)

    assert 0 < len(ring.looked_up) < len(PEOPLE)
    assert files(acme, decision) == files(whole, whole.screen())


def test_a_checkpoint_part_moved_to_another_path_is_ignored() -> None:
    acme, ring = acme_with_manifest(), RecordingPseudonymRepository()
    crash_during_screening(acme)
    first, second, *_ = parts(acme)
    acme.store.objects[first] = acme.store.objects[second]
    for key in parts(acme)[1:]:
        del acme.store.objects[key]

    acme.screen(at=LATER, keys=ring)

    assert sorted(ring.looked_up) == list(PEOPLE)


def test_another_request_does_not_reuse_a_checkpoint() -> None:
    acme, ring = acme_with_manifest(), RecordingPseudonymRepository()
    crash_during_screening(acme)

    acme.screen(screening("s-2"), keys=ring)

    assert sorted(ring.looked_up) == list(PEOPLE)


def test_an_unreadable_state_is_not_checkpointed() -> None:
    acme = acme_with_manifest()
    name = acme.deps.pseudonyms.find_pseudonyms(ACME, PEOPLE)[PEOPLE[4]]
    unreadable = FakeDependencies(UnprocessedKeysClient(acme.deps.client, {f"{ACME}#{name}": 1000}))
    crash_during_screening(ScreeningDriver(unreadable, acme.store, SMALL_LIMITS))

    decision = acme.screen(at=LATER)

    assert PEOPLE[4].encode() in acme.output(decision, "admitted")


@pytest.mark.promise(9)
def test_checkpoint_parts_contain_no_ids_and_are_temporary() -> None:
    acme = acme_with_manifest()

    acme.screen()

    temporary = {key for key in acme.store.objects if "/parts/" in key}
    assert acme.store.temporary == temporary > set(parts(acme))
    assert not [key for key in temporary if b"canary" in acme.store.objects[key]]


def test_a_small_screening_writes_no_checkpoint() -> None:
    acme = acme_with_manifest(limits=DEFAULT_LIMITS)

    acme.screen()

    assert acme.store.temporary == set()


def test_screening_progress_is_stored_in_steps() -> None:
    limits = replace(SMALL_LIMITS, people_per_part=1000, progress_steps=4)
    acme, reported = acme_with_manifest(LINES * 9, limits), list[bytes]()
    written: list[str] = []
    acme.store.before_write = written.append

    acme.screen(progress=lambda done, of: reported.append(b'{"done": %d, "of": %d}' % (done, of)))

    (key,) = acme.store.temporary
    assert key.endswith("/parts/progress.json")
    assert written.count(key) == 4 < len(reported)
    assert acme.store.objects[key] == reported[-1]
    assert reported[-1] == b'{"done": %d, "of": %d}' % (len(LINES) * 9, len(LINES) * 9)
