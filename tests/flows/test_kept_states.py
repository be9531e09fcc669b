"""What a screening keeps of its look-ups: sealed, for one request alone; damaged or moved it counts for nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consentry.screening import progress
from consentry.screening_jobs import checkpoint_repository
from tests.fakes.faults import Withholding
from tests.fakes.screenings import Screened, screening
from tests.fakes.worlds import ACME, NOW, World
from tests.flows.resuming import LINES, PEOPLE, Looking, acme_of, dies, files, parts

pytestmark = pytest.mark.usefixtures("few_at_once")
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
def test_a_damaged_part_is_read_again_with_all_after_it(
    damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint_repository, "MAX_PART_BYTES", 100_000)
    acme, ring, whole = acme_of(), Looking(), acme_of()
    dies(acme)
    second = parts(acme)[1]
    acme.store.objects[second] = DAMAGE[damage](acme.store.objects[second])

    decision = acme.screen(at=LATER, keys=ring)

    assert 0 < len(ring.looked_up) < len(PEOPLE)
    assert files(acme, decision) == files(whole, whole.screen())


def test_a_part_shown_in_anothers_place_does_not_open() -> None:
    acme, ring = acme_of(), Looking()
    dies(acme)
    first, second, *_ = parts(acme)
    acme.store.objects[first] = acme.store.objects[second]
    for key in parts(acme)[1:]:
        del acme.store.objects[key]

    acme.screen(at=LATER, keys=ring)

    assert sorted(ring.looked_up) == list(PEOPLE)


def test_another_request_takes_up_nothing() -> None:
    acme, ring = acme_of(), Looking()
    dies(acme)

    acme.screen(screening("s-2"), keys=ring)

    assert sorted(ring.looked_up) == list(PEOPLE)


def test_a_state_that_could_not_be_read_is_not_kept() -> None:
    acme = acme_of()
    name = acme.deps.pseudonyms.find_pseudonyms(ACME, PEOPLE)[PEOPLE[4]]
    unreadable = World(Withholding(acme.deps.client, {f"{ACME}#{name}": 1000}))
    dies(Screened(unreadable, acme.store))

    decision = acme.screen(at=LATER)

    assert PEOPLE[4].encode() in acme.output(decision, "admitted")


def test_parts_name_nobody_and_pass_away() -> None:
    acme = acme_of()

    acme.screen()

    temporary = {key for key in acme.store.objects if "/parts/" in key}
    assert acme.store.temporary == temporary > set(parts(acme))
    assert not [key for key in temporary if b"canary" in acme.store.objects[key]]


def test_a_screening_of_few_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    acme = acme_of()

    acme.screen()

    assert acme.store.temporary == set()


def test_how_far_it_is_is_left_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint_repository, "PEOPLE_PER_PART", 1000)
    monkeypatch.setattr(progress, "STEPS", 4)
    acme, told = acme_of(LINES * 9), list[bytes]()
    written: list[str] = []
    acme.store.before_write = written.append

    acme.screen(progress=lambda done, of: told.append(b'{"done": %d, "of": %d}' % (done, of)))

    (key,) = acme.store.temporary
    assert key.endswith("/parts/progress.json")
    assert written.count(key) == 4 < len(told)
    assert acme.store.objects[key] == told[-1]
    assert told[-1] == b'{"done": %d, "of": %d}' % (len(LINES) * 9, len(LINES) * 9)
