"""A screening's permit: what a training run shows before it begins; the withdrawal that ends it, and reaches on."""

import json
from datetime import datetime
from typing import Any

from consentry.kernel.ids import decision_id, permit_id
from consentry_demo import customers
from consentry_demo.event_steps import EVENTS
from consentry_demo.player import Player, read_json_response
from consentry_demo.propagation import ask_unknown, propagate, register_model
from consentry_demo.screening import OBJECTS, get_object
from consentry_emulator.event_files import deliver_file

REQUEST = OBJECTS / "acme" / "requests" / "meetings.json"
FORGED = "permits/http-redeem-forged-permit.json"
MODEL = {"model_id": "summariser-7", "kind": "adapter", "location": "eu-central-1"}


def permits(player: Player) -> None:
    """Redeemed for a run, refused to a forgery and for another file; over with the next withdrawal."""
    player.title("A permit: shown by the run that uses what was admitted")
    report, shown, path = _issued(player)
    first = _redeemed(player, path, shown, "run train-1 shows the permit of the meetings")
    again = _redeemed(player, path, shown, "the same run asks again")
    player.expect(again == first, "the same redemption for the same run")
    _tell(player, "a permit that says alg: none", deliver_file(player.cloud, EVENTS / FORGED), 403)
    whole = {**shown, "admitted": report["manifest"]["sha256"]}
    _refused(player, path, whole, "run train-1 is about to use the whole manifest")
    player.title("A withdrawal reaches what was built")
    register_model(player, report["data_set"], MODEL)
    propagate(player, report["data_set"], "guest-4417")
    ask_unknown(player)
    _refused(player, path, shown, "run train-1 asks once more")
    _refused(player, path, {**shown, "run_id": "train-2"}, "run train-2 shows the same permit")


def _issued(player: Player) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The report of the meetings, what a run shows of it, and where."""
    request = json.loads(REQUEST.read_bytes())
    decision = decision_id(request["customer"], request["request_id"])
    folder = f"{request['customer']}/screenings/{decision.rpartition('~')[2]}"
    report = json.loads(get_object(player, f"{folder}/report.json"))
    shown = {
        "run_id": "train-1",
        "permit": get_object(player, f"{folder}/permit.jwt").decode(),
        "admitted": report["outputs"]["admitted"]["sha256"],
        "use": request["use"],
        "model_owner": request["model_owner"],
    }
    return report, shown, f"/permits/{permit_id(decision, report['revision'])}/redeem"


def _redeemed(player: Player, path: str, shown: dict[str, Any], words: str) -> dict[str, Any]:
    redeemed = player.http("POST", path, shown, customers.ACME)
    until = datetime.fromisoformat(redeemed["until"]) - datetime.fromisoformat(redeemed["at"])
    player.print_request("HTTP", words)
    minutes = round(until.total_seconds() / 60)
    player.print_result("200", f"the run may begin within {minutes} minutes")
    return redeemed


def _refused(player: Player, path: str, shown: dict[str, Any], words: str) -> None:
    _tell(player, words, player.cloud.http("POST", path, shown, customers.ACME), 409)


def _tell(player: Player, words: str, response: object, status: int) -> None:
    said = read_json_response(response, status=status)
    player.print_request("HTTP", words)
    player.print_result(str(status), f"{said['error']}: {said['field']} {said['problem']}")
