"""Print the cost tables of infra/README.md: `make costs`. A test compares them with the page.

Units are counted from the calls that the use cases make through boto3 on moto. Prices are those of
us-east-1 on demand, in dollars; durations of Lambda are an assumption.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import ceil

import boto3
from moto import mock_aws

from consentry.datasets.s3 import S3MembershipFileRepository
from consentry.kernel.requests import DataUseRequest
from consentry.propagation.eventbridge import EventBridgePropagationPublisher
from consentry.screening.repository import MediaType
from consentry.screening.s3 import S3ObjectRepository
from tests.testkit.billed_calls import KB, BilledCalls
from tests.testkit.builders.dependencies import ACME, FakeDependencies, consent_event, use_request
from tests.testkit.builders.propagations import PropagationDriver
from tests.testkit.builders.screenings import KEY, ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.pseudonym_repository import seeded

REGION = "us-east-1"
BUCKET = "screenings"
PEOPLE = (0, 3, 100, 300)
PRICED_AT = "November 2026"

READ_UNIT, WRITE_UNIT = 0.125e-6, 0.625e-6
PRICES = {
    "s3.GetObject": 0.4e-6,
    "s3.HeadObject": 0.4e-6,
    "s3.PutObject": 5e-6,
    "events.PutEvents": 1e-6,
    "kms.Sign": 15e-6,
}
"""Of one call."""

LAMBDA_REQUEST, GB_SECOND = 0.2e-6, 16.6667e-6
LAMBDA = LAMBDA_REQUEST + 0.5 * 0.1 * GB_SECOND
"""One invocation of 100 milliseconds with 512 MB."""

TRIGGERS = {
    "HTTP API": 1e-6 + LAMBDA,
    "EventBridge (request and answer)": 2e-6 + LAMBDA,
    "SQS (three calls a message)": 1.2e-6 + LAMBDA,
    "Step Functions (one transition)": 25e-6 + LAMBDA,
}
"""What a trigger costs for one request, with Lambda."""


@dataclass(frozen=True)
class Cost:
    """What one run of a use case was billed; `row` has the bytes of the largest item that it wrote."""

    row: int
    reads: float
    writes: int
    dollars: float

    @property
    def write_unit_equivalents(self) -> float:
        """Write units, with five read units as one."""
        return self.writes + self.reads / 5


@contextmanager
def deployment() -> Iterator[tuple[FakeDependencies, BilledCalls]]:
    """The use cases of a customer over moto, and what their calls are billed."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        s3 = boto3.client("s3", region_name=REGION)
        events = boto3.client("events", region_name=REGION)
        create_tables(dynamodb)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        events.create_event_bus(Name="data-use")
        deps = FakeDependencies(dynamodb, seeded(dynamodb, ACME))
        vars(deps).update(
            files=S3ObjectRepository(BUCKET, lambda: s3),
            membership_files=S3MembershipFileRepository(BUCKET, lambda: s3),
            publisher=EventBridgePropagationPublisher("data-use", lambda: events),
        )
        calls = BilledCalls()
        calls.attach(dynamodb, s3, events)
        yield deps, calls


def measured(calls: BilledCalls) -> Cost:
    """The cost since the calls were cleared."""
    units = calls.reads * READ_UNIT + calls.writes * WRITE_UNIT
    others = {name: n for name, n in calls.calls.items() if not name.startswith("dynamodb.")}
    return Cost(
        calls.largest_write,
        calls.reads,
        calls.writes,
        units + sum(PRICES[name] * count for name, count in others.items()),
    )


def request(request_id: str, people: int) -> DataUseRequest:
    """A request on meeting audio of some people, or on telemetry if there are none."""
    named = [{"person": f"person-{number}", "role": "speaker"} for number in range(people)]
    data = ["customer_content.audio"] if people else ["service_generated.telemetry"]
    return use_request(request_id, people=named, data=data)


def decision_costs(people: int) -> Iterator[tuple[str, Cost]]:
    """The costs of decisions on people who have pseudonyms, by outcome."""
    with deployment() as (deps, calls):
        deps.grant()
        deps.decide(request("before", people))  # Creates the pseudonyms.
        calls.clear()
        assert deps.decide(request("allowed", people)).allows
        yield "allow", measured(calls)
        calls.clear()
        assert deps.decide(request("allowed", people)).allows
        yield "the same allow again", measured(calls)
        deps.record(consent_event("w", "withdrawal"))
        denied = request("denied", people) if people else use_request("denied", people=[])
        calls.clear()
        assert not deps.decide(denied).allows
        yield "deny", measured(calls)


def denial_of_unknown_people() -> tuple[str, Cost]:
    """The cost of a denial of 300 people without pseudonyms."""
    with deployment() as (deps, calls):
        deps.pseudonyms.key_of(ACME)
        calls.clear()
        assert not deps.decide(request("denied", 300)).allows
        return "deny; nobody is known", measured(calls)


def consent_event_costs() -> Iterator[tuple[str, Cost]]:
    """The costs of a person's first grant and first withdrawal."""
    with deployment() as (deps, calls):
        deps.grant()
        calls.clear()
        deps.grant(consent_event_id="first", person="ann")
        yield "first grants of people", measured(calls)
        calls.clear()
        deps.record(consent_event("w", "withdrawal", person="ann"))
        yield "withdrawals", measured(calls)


def propagation_cost(data_sets: int) -> Cost:
    """The cost to propagate a withdrawal to a number of data sets, each with a permit."""
    with deployment() as (deps, calls):
        deps.grant()
        driver = PropagationDriver(ScreeningDriver(deps))
        deps.files.write(KEY, BytesIO(row("ann")), MediaType.JSON)
        for number in range(data_sets):
            driver.acme.screen(screening(f"s-{number}"))
        record = driver.withdraw("ann")
        calls.clear()
        driver.deliver(record)
        return measured(calls)


def propagation_line() -> str:
    """The cost for many data sets, from two measured sizes: each data set costs the same."""
    few, more = propagation_cost(2).dollars, propagation_cost(12).dollars
    dollars = few + (more - few) / 10 * (1_000 - 2)
    return f"| one withdrawal that reaches 1,000 data sets | {dollars:.3f} |"


def decision_line(people: int, outcome: str, cost: Cost) -> str:
    """A row of the table of decisions."""
    row = f"{ceil(cost.row / KB)} KB" if cost.row else "none"
    return (
        f"| {people} | {outcome} | {row} | {cost.reads:g} | {cost.writes} "
        f"| {cost.dollars * 1e6:.2f} |"
    )


def lines_by_million(allow: Cost) -> Iterator[str]:
    """The rows of the table by trigger; `allow` is the cost on three people without the trigger."""
    for trigger, price in TRIGGERS.items():
        dollars = (allow.dollars + price) * 1e6
        yield f"| a million allows on 3 people, by {trigger} | {dollars:.2f} |"
    for name, cost in consent_event_costs():
        dollars = (cost.dollars + TRIGGERS["HTTP API"]) * 1e6
        yield f"| a million of {name}, by HTTP API | {dollars:.2f} |"


def render() -> tuple[str, str]:
    """The two tables."""
    decisions = {people: dict(decision_costs(people)) for people in PEOPLE}
    first = [
        "| people | outcome | row | read units | write units | dollars per million |",
        "|---|---|---|---|---|---|",
        *(
            decision_line(people, outcome, cost)
            for people, costs in decisions.items()
            for outcome, cost in costs.items()
        ),
        decision_line(300, *denial_of_unknown_people()),
    ]
    second = [
        "| what | dollars |",
        "|---|---|",
        *lines_by_million(decisions[3]["allow"]),
        propagation_line(),
    ]
    return "\n".join(first), "\n".join(second)


if __name__ == "__main__":
    print(*render(), sep="\n\n")
