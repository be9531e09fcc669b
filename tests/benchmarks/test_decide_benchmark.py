"""Measure a decision without AWS, from JSON bytes to log bytes, against the baselines."""

import orjson
import pytest

from consentry.audit.audit_row import decode_row
from consentry.decisions.decision import reevaluate
from consentry.decisions.inputs import Evidence, Facts
from tests.benchmarks.baselines import cedar_engine, cedar_question, json_only
from tests.benchmarks.decision_steps import SILENT, Steps, body_of, granting
from tests.benchmarks.plain_python import plain_answer
from tests.benchmarks.stopwatch import Contestants, microseconds, print_table

CASES = {
    "audio, granted": ("http-train-on-audio", granting("fine_tune", "meeting_summary")),
    "audio, never granted": ("http-train-on-audio", SILENT),
    "another service": ("http-another-service", granting("fine_tune", "chat_compose")),
    "third party": ("http-third-party", SILENT),
    "public web": ("http-public-web", SILENT),
    "a feature runs": ("http-run-summary", granting("infer", "meeting_summary")),
}


@pytest.fixture(params=CASES, ids=lambda name: name)
def case(request: pytest.FixtureRequest) -> tuple[str, bytes, Steps]:
    event, customer = CASES[request.param]
    return request.param, body_of(event), Steps(customer)


def test_every_baseline_gives_the_same_answer(case: tuple[str, bytes, Steps]) -> None:
    _, body, steps = case
    request = steps.validate(steps.parse(body))
    use_request, named = steps.name(request)
    facts, evidence = steps.stand(request, named)

    row = steps.whole(body)
    by_cedar = cedar_engine().allows(cedar_question(facts, evidence))
    plain = orjson.loads(plain_answer(body, *_statuses(facts, evidence)))

    decision = steps.evaluate(use_request, facts, evidence)
    assert decode_row(row) == decision == reevaluate(decision, steps.library)
    assert by_cedar is decision.allows
    assert plain["outcome"] == decision.outcome


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["audio, granted", "audio, never granted"])
def test_decision_time_compared_with_baselines(name: str) -> None:
    event, customer = CASES[name]
    steps, body = Steps(customer), body_of(event)
    contestants = {**_whole_ways(steps, body), **_parts(steps, body)}

    taken = microseconds(contestants)

    whole, floor, cedar = (taken[each] for each in ("the whole way", "json alone", "cedarpy alone"))
    rows = {each: (f"{us:.1f} us", f"{us / whole:.2f}") for each, us in taken.items()}
    print_table(f"{name}: median time of a call, and its share of the whole way", rows)
    print(f"  the whole way / json alone     {whole / floor:6.1f}   (goal: at most 2)")
    print(f"  cedarpy alone / the whole way  {cedar / whole:6.1f}   (goal: at least 8)")
    print(f"  cedarpy alone / evaluating alone  {cedar / taken['- evaluate']:6.1f}")
    print(f"  cedarpy alone / two look-ups   {cedar / taken['  of which two look-ups']:6.1f}")


def _whole_ways(steps: Steps, body: bytes) -> Contestants:
    facts, evidence = _stood(steps, body)
    row, engine = orjson.loads(steps.whole(body)), cedar_engine()
    question, statuses = (
        cedar_question(facts, evidence),
        _statuses(facts, evidence),
    )
    return {
        "the whole way": lambda: steps.whole(body),
        "json alone": lambda: json_only(body, row),
        "plain python": lambda: plain_answer(body, *statuses),
        "cedarpy alone": lambda: engine.allows(question),
    }


def _parts(steps: Steps, body: bytes) -> Contestants:
    document = steps.parse(body)
    request = steps.validate(document)
    use_request, named = steps.name(request)
    facts, evidence = steps.stand(request, named)
    decision = steps.evaluate(use_request, facts, evidence)
    return {
        "- parse": lambda: steps.parse(body),
        "- validate": lambda: steps.validate(document),
        "- name": lambda: steps.name(request),
        "- stand": lambda: steps.stand(request, named),
        "- evaluate": lambda: steps.evaluate(use_request, facts, evidence),
        "  of which two look-ups": lambda: steps.look_up(facts, evidence),
        "- encode": lambda: steps.encode(decision),
    }


def _stood(steps: Steps, body: bytes) -> tuple[Facts, Evidence]:
    request = steps.validate(steps.parse(body))
    return steps.stand(request, steps.name(request)[1])


def _statuses(facts: Facts, evidence: Evidence) -> tuple[str, list[str]]:
    customer, *people = (str(party.status_on(facts.data[0])) for party in evidence.parties)
    return customer, people
