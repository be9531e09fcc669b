"""Mutated real events at every handler: only our own errors, and no text of the caller in an error or a log."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from consentry.kernel import errors
from consentry.kernel.errors import ConsentryError
from consentry_emulator.emulator import Emulator
from consentry_emulator.event_files import seed_objects
from consentry_emulator.runtime import InvocationResult
from functions.adapters.observability import error_code
from tests.testkit.api.fixtures import ROOT
from tests.testkit.campaign import examples
from tests.testkit.mutations import CANARY, mutated
from tests.testkit.scopes import EVERY_SCOPE

pytestmark = pytest.mark.campaign
EVENTS = ROOT / "events"
EXAMPLES = examples(25, 500)
"""Of each handler. CAMPAIGN=10 runs 5,000."""

HANDLERS: Mapping[str, str] = {
    "DecisionsHttpFunction": "decisions/http-*.json",
    "ConsentHttpFunction": "consent/http-*.json",
    "AuditHttpFunction": "audit/http-*.json",
    "DataSetsHttpFunction": "datasets/http-*.json",
    "DataSetsScheduleFunction": "datasets/schedule-*.json",
    "PermitsHttpFunction": "permits/http-*.json",
    "PrivacyHttpFunction": "privacy/http-*.json",
    "DecisionsBusFunction": "decisions/bus-*.json",
    "DecisionsQueueFunction": "decisions/queue-*.json",
    "DecisionsTaskFunction": "decisions/task-*.json",
    "PermitsTaskFunction": "permits/task-*.json",
    "ConsentStreamFunction": "consent/stream-*.json",
    "ConsentPropagationQueueFunction": "consent/propagation-queue-*.json",
    "ScreeningObjectCreatedFunction": "screening/object-created-*.json",
}
PEOPLE = ("ana.ruiz@acme.example", "ben.ito@acme.example", "guest-4417")
OURS = {
    kind.__name__
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ConsentryError)
}
CODES = {error_code(type(name, (), {})) for name in OURS} | {"unsupported_media_type"}


def read(path: Path) -> Any:
    """The event of a file, as its handler gets it, from a caller who may do everything."""
    event = json.loads(path.read_bytes())
    if path.name.startswith("http-"):
        claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
        claims["scope"] = EVERY_SCOPE
    if path.name == "task-gate-training.json":
        use = {"operation": "fine_tune", "service": "meeting_summary"}
        event = {"execution": "e-1", "use": use, "model_owner": "first_party", "input": event}
    return event


def test_every_handler_of_the_template_is_fuzzed(cloud: Emulator) -> None:
    handlers = {each.logical_id for each in cloud.wiring.functions.values()}

    assert handlers == set(HANDLERS)
    assert all(list(EVENTS.glob(pattern)) for pattern in HANDLERS.values())


@pytest.mark.promise(9)
@pytest.mark.parametrize("name", HANDLERS)
def test_a_mutated_event_has_an_answer_or_an_error_of_ours_that_repeats_nothing(
    cloud: Emulator, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    seed_objects(cloud, EVENTS / "screening" / "objects")
    events = [read(path) for path in sorted(EVENTS.glob(HANDLERS[name]))]
    bucket = cloud.wiring.buckets["ScreeningBucket"]

    for seed in range(EXAMPLES):
        random = Random(f"{name}{seed}")  # noqa: S311 - reproducible
        event = random.choice(events)
        if name == "ScreeningObjectCreatedFunction":
            event["detail"]["bucket"]["name"] = bucket
            if random.random() < 0.7:
                put_mutated_request(cloud, event, random, seed)
        event = mutated(event, random) if random.random() < 0.9 else event
        result = cloud.invoke(name, event)
        problem = problem_of(name, result)
        assert problem is None, f"seed {seed}: {problem}\n{json.dumps(event)[:3000]}\n{result}"

    printed = capfd.readouterr()
    assert CANARY not in printed.out + printed.err
    assert not any(person in printed.out + printed.err for person in PEOPLE)


def put_mutated_request(cloud: Emulator, event: Any, random: Random, seed: int) -> None:
    """Replace the request object of the event by a mutated one with an id of its own."""
    client, key = cloud.client("s3"), event["detail"]["object"]["key"]
    original = EVENTS / "screening" / "objects" / key
    body = json.loads(original.read_bytes()) if original.exists() else {}
    text = json.dumps(mutated(body | {"request_id": f"fuzz-{seed}"}, random)).encode()
    bucket = cloud.wiring.buckets["ScreeningBucket"]
    client.put_object(Bucket=bucket, Key=key, Body=text)


def problem_of(name: str, result: InvocationResult) -> str | None:
    """What is wrong with a result, or None."""
    logged = [json.loads(line) for line in result.log.splitlines() if line.startswith("{")]
    kinds = {line["error"] for line in logged if line.get("error")}
    if not kinds <= OURS | {"UnsupportedMediaTypeError", "NotFoundError"}:
        return f"other errors: {kinds - OURS}"
    error = str(result.error and result.error.message)
    answer = json.dumps(result.payload)
    if result.error is not None and result.error.type not in OURS:
        return f"another error: {result.error.type}"
    if any(person in text for text in (result.log, error, answer) for person in PEOPLE):
        return "a person's id"
    if CANARY in result.log or CANARY in error:
        return "the caller's text in a log or an error"
    if name.endswith("HttpFunction") and result.error is None:
        status, body = result.payload["statusCode"], result.payload["body"]
        if status >= 400 and json.loads(body)["error"] not in CODES:
            return f"another answer: {status} {body}"
        if status >= 400 and CANARY in body:
            return "the caller's text in an answer"
    return None
