"""acme's part: asked before it consents, through every door after it granted, and again after a withdrawal."""

from consentry_demo.event_steps import (
    ask_bus,
    ask_http,
    ask_machine,
    ask_queue,
    ask_task,
    expect_rejected_request,
    record_by_http,
)
from consentry_demo.player import Player
from consentry_demo.summaries import DecisionSummary

TRAIN = "decide/api-train-after-grant.json"
CHAT = "decide/bus-train-on-chat.json"
GATE = "decide/task-gate-training.json"


def before(player: Player) -> None:
    """Telemetry trains; content, third parties' models, the public web do not; a claim of consent is refused."""
    player.title("Asked before anybody consented")
    ask_http(player, "decide/api-telemetry.json", expect="allow")
    ask_http(player, "decide/api-train-on-audio.json", expect="deny")
    ask_http(player, "decide/api-third-party.json", expect="deny")
    ask_http(player, "decide/api-public-web.json", expect="deny")
    expect_rejected_request(
        player, "decide/api-claims-consent.json", status=422, why='with "consent": true'
    )
    expect_rejected_request(
        player, "decide/api-foreign-customer.json", status=403, why="asked by acme"
    )


def grant(player: Player) -> None:
    """A grant turns the denial into an allow, for a new request id."""
    player.title("A grant turns the denial into an allow")
    record_by_http(player, "consent/api-grant-training.json")
    ask_http(player, TRAIN, expect="allow")
    record_by_http(player, "consent/api-opt-in-signed.json")
    ask_http(player, "decide/api-run-summary.json", expect="allow")
    ask_http(player, "decide/api-another-service.json", expect="deny")


def every_door(player: Player) -> DecisionSummary:
    """The same law behind the bus, the queue, a task and a state machine; returns what the bus told."""
    player.title("The same law behind every other door")
    told = ask_bus(player, CHAT, expect="allow")
    ask_queue(player, "decide/queue-one-good-one-poison.json", expect="allow")
    ask_task(player, "decide/task-train-on-video.json", expect="allow")
    ask_machine(player, GATE, expect="allow")
    return told


def withdraw(player: Player, told: DecisionSummary) -> None:
    """A withdrawal turns allows back, for redelivered requests too; `told` is what the bus told before."""
    player.title("A withdrawal turns it back, for what is delivered again too")
    again = ask_bus(player, CHAT, expect="allow", note="delivered again: the same decision")
    player.expect(again == told, "the same decision for the same event")
    record_by_http(player, "consent/api-person-withdraws.json")
    revised = ask_bus(player, CHAT, expect="deny", note="the same event, delivered again")
    same = revised.decision_id == told.decision_id
    player.expect(same and revised.revision == told.revision + 1, "a revision of the same decision")
    ask_http(player, TRAIN, expect="deny", note="the same request, sent again")
    ask_machine(player, GATE, expect="deny")
