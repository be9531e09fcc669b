"""acme's part: asked before it consents, through every door after it granted, and again after a withdrawal."""

from infra.demo.answers import Told
from infra.demo.doors import (
    ask_bus,
    ask_http,
    ask_machine,
    ask_queue,
    ask_task,
    keep_http,
    refused_http,
)
from infra.demo.stage import Stage

TRAIN = "decide/api-train-after-grant.json"
CHAT = "decide/bus-train-on-chat.json"
GATE = "decide/task-gate-training.json"


def before(stage: Stage) -> None:
    """Telemetry trains; content, third parties' models, the public web do not; a claim of consent is refused."""
    stage.title("Asked before anybody consented")
    ask_http(stage, "decide/api-telemetry.json", expect="allow")
    ask_http(stage, "decide/api-train-on-audio.json", expect="deny")
    ask_http(stage, "decide/api-third-party.json", expect="deny")
    ask_http(stage, "decide/api-public-web.json", expect="deny")
    refused_http(stage, "decide/api-claims-consent.json", status=422, why='with "consent": true')
    refused_http(stage, "decide/api-foreign-customer.json", status=403, why="asked by acme")


def grant(stage: Stage) -> None:
    """A grant turns the denial into an allow, for a new request id."""
    stage.title("A grant turns the denial into an allow")
    keep_http(stage, "consent/api-grant-training.json")
    ask_http(stage, TRAIN, expect="allow")
    keep_http(stage, "consent/api-opt-in-signed.json")
    ask_http(stage, "decide/api-run-summary.json", expect="allow")
    ask_http(stage, "decide/api-another-service.json", expect="deny")


def every_door(stage: Stage) -> Told:
    """The same law behind the bus, the queue, a task and a state machine; returns what the bus told."""
    stage.title("The same law behind every other door")
    told = ask_bus(stage, CHAT, expect="allow")
    ask_queue(stage, "decide/queue-one-good-one-poison.json", expect="allow")
    ask_task(stage, "decide/task-train-on-video.json", expect="allow")
    ask_machine(stage, GATE, expect="allow")
    return told


def withdraw(stage: Stage, told: Told) -> None:
    """A withdrawal turns allows back, for redelivered requests too; `told` is what the bus told before."""
    stage.title("A withdrawal turns it back, for what is delivered again too")
    again = ask_bus(stage, CHAT, expect="allow", note="delivered again: the same decision")
    stage.expect(again == told, "the same decision for the same event")
    keep_http(stage, "consent/api-person-withdraws.json")
    revised = ask_bus(stage, CHAT, expect="deny", note="the same event, delivered again")
    same = revised.decision_id == told.decision_id
    stage.expect(same and revised.revision == told.revision + 1, "a revision of the same decision")
    ask_http(stage, TRAIN, expect="deny", note="the same request, sent again")
    ask_machine(stage, GATE, expect="deny")
