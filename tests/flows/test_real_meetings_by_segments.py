"""98 real meetings, some of their people withdrawn: seconds kept by recording and by segments add up."""

import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from consentry.domain.screening_decision import ScreeningDecision, recompute_screening
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.screenings import Screened, rttm_screening
from tests.fakes.tables import create_tables
from tests.fakes.worlds import World, act, library

AMI = Path(__file__).parents[2] / ".." / "shared" / "data" / "ami"
SEED = 20_230_807


class Segment(NamedTuple):
    line: bytes
    meeting: str
    person: str
    start: Decimal
    end: Decimal


@pytest.fixture(scope="module")
def segments() -> list[Segment]:
    files = sorted(AMI.glob("*.rttm"))
    if not files:
        pytest.skip("the shared data is not beside this checkout: shared/data/ami")
    found = []
    for line in (each for file in files for each in file.read_bytes().splitlines(keepends=True)):
        _, meeting, _, onset, duration, _, _, person, *_ = line.decode().split()
        end = Decimal(onset) + Decimal(duration)
        found.append(Segment(line, meeting, person, Decimal(onset), end))
    return found


def withdrawn_from(people: list[str]) -> Screened:
    client = FakeDynamoDB()
    create_tables(client)
    acme = Screened(World(client))
    acme.world.grant()
    for person in people:
        acme.world.record(act(f"w-{person}", "withdraw", person=person))
    return acme


def seconds(segments: list[Segment]) -> Decimal:
    return sum((each.end - each.start for each in segments), Decimal())


def free(segments: list[Segment], gone: set[str]) -> list[Segment]:
    """Recomputed naively: each segment against each one of who withdrew in its meeting."""
    withdrawn = defaultdict(list)
    for each in segments:
        if each.person in gone:
            withdrawn[each.meeting].append((each.start, each.end))
    return [
        each
        for each in segments
        if not any(s < each.end and each.start < e for s, e in withdrawn[each.meeting])
    ]


def add_up(decision: ScreeningDecision, segments: list[Segment], kept: list[Segment]) -> None:
    places = [decision.outputs[name] for name in ("admitted", "refused", "undetermined")]
    told = [Decimal(str(place.seconds)) for place in places]
    of_kinds = {kind.placement: Decimal(str(kind.seconds)) for kind in decision.kinds}
    assert told == [seconds(kept), seconds(segments) - seconds(kept), 0]
    assert of_kinds == {"admitted": told[0], "refused": told[1]}
    assert [place.rows for place in places] == [len(kept), len(segments) - len(kept), 0]
    assert recompute_screening(decision, library()) == decision


@pytest.mark.parametrize("percent", [5, 10])
def test_segments_keep_more_speech_than_recordings_and_all_adds_up(
    segments: list[Segment], percent: int
) -> None:
    everybody = sorted({each.person for each in segments})
    drawn = random.Random(SEED).sample(everybody, len(everybody) * percent // 100)  # noqa: S311
    gone, acme = set(drawn), withdrawn_from(drawn)
    acme.put(each.line for each in segments)

    whole = acme.screen(rttm_screening(request_id="whole"))
    by_segments = acme.screen(rttm_screening(request_id="parts", combine="segments"))

    touched = {each.meeting for each in segments if each.person in gone}
    untouched = [each for each in segments if each.meeting not in touched]
    kept = free(segments, gone)
    add_up(whole, segments, untouched)
    add_up(by_segments, segments, kept)
    assert acme.output(by_segments, "admitted") == b"".join(each.line for each in kept)
    assert seconds(untouched) < seconds(kept) < seconds(segments)
    assert len({each.meeting for each in segments}) == 98
    print(
        f"{percent} percent ({len(drawn)} of {len(everybody)} people) withdrawn:"
        f" kept by recording {seconds(untouched)} s, by segments {seconds(kept)} s"
        f" of {seconds(segments)} s"
    )
