"""98 real meetings, a seeded tenth of their people withdrawn: admitted is exactly what nobody withdrew from."""

import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.screenings import Screened, rttm_screening
from tests.fakes.tables import create_tables
from tests.fakes.worlds import World, act

AMI = Path(__file__).parents[2] / ".." / "shared" / "data" / "ami"
SEED = 20_230_807


def test_the_meetings_admitted_are_those_that_nobody_withdrew_from() -> None:
    files = sorted(AMI.glob("*.rttm"))
    if not files:
        pytest.skip("the shared data is not beside this checkout: shared/data/ami")
    lines = [line for file in files for line in file.read_bytes().splitlines(keepends=True)]
    people = defaultdict(set)
    seconds: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        _, meeting, _, _, duration, _, _, person, *_ = line.decode().split()
        people[meeting].add(person)
        seconds[meeting] += Decimal(duration)
    everybody = sorted(set().union(*people.values()))
    gone = set(random.Random(SEED).sample(everybody, len(everybody) // 10))  # noqa: S311
    client = FakeDynamoDB()
    create_tables(client)
    acme = Screened(World(client))
    acme.world.grant()
    for person in gone:
        acme.world.record(act(f"w-{person}", "withdraw", person=person))
    acme.put(lines)

    decision = acme.screen(rttm_screening())

    free = {meeting for meeting, named in people.items() if not named & gone}
    admitted = acme.output(decision, "admitted").splitlines(keepends=True)
    assert admitted == [line for line in lines if line.decode().split()[1] in free]
    told = decision.outputs["admitted"]
    assert (told.recordings, told.seconds) == (len(free), float(sum(seconds[m] for m in free)))
    refused = decision.outputs["refused"]
    assert refused.recordings == len(people) - len(free) > 0
    assert decision.outputs["undetermined"].rows == 0
    assert (decision.manifest.people, len(people)) == (len(everybody), 98)
    assert len(decision.kinds) == 2
