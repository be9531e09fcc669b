"""A decision on as many people as a request can name, each with the largest state that can be stored."""

import subprocess
import sys

SCRIPT = """
import time
from pathlib import Path
from consentry.consent.items import state_write
from consentry.consent.status import PartyState
from consentry.kernel.requests import MAX_PEOPLE
from tests.testkit.builders.dependencies import ACME, EVERYTHING, FakeDependencies, use_request
from tests.testkit.builders.large_states import largest_state
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

client = FakeDynamoDB()
create_tables(client)
deps = FakeDependencies(client)
deps.grant()
state = largest_state()
people = [f"p-{number}" for number in range(MAX_PEOPLE)]
parties = deps.pseudonyms.get_or_create_pseudonyms(ACME, people).values()
for party in parties:
    table = deps.consents.table
    table.transact([state_write(table, ACME, party, state, PartyState())])
stored = sum(len(item["rules"]["B"]) for item in client.tables["consents"].items.values() if "rules" in item)
assert stored > MAX_PEOPLE * 50 * 1024, stored

began = time.monotonic()
request = use_request(
    people=[{"person": person, "role": "speaker"} for person in people],
    data=list(EVERYTHING["data"]),
)
decision = deps.decide(request)
seconds = time.monotonic() - began
# Of this process alone: `ru_maxrss` begins with the memory of the process that started it.
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0])
print(seconds, peak // 1024, len(decision.evidence.people))
"""


def test_a_decision_on_300_of_the_largest_states_takes_10_seconds_and_512_megabytes() -> None:
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True, check=True
    )

    seconds, megabytes, people = map(float, ran.stdout.split())
    print(f"{seconds:.1f} s, {megabytes:.0f} MB")
    assert people == 300
    assert seconds <= 10
    assert megabytes <= 512
