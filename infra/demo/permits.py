"""A screening's permit: what a training run shows before it begins; the withdrawal that ends it, and reaches on."""

import json
from datetime import datetime
from typing import Any

from consentry.kernel.ids import decision_id
from consentry.permits.data_permit import permit_id
from infra.demo import cast
from infra.demo.doors import EVENTS
from infra.demo.reach import ask_unknown, reach, register_model
from infra.demo.screening import OBJECTS, fetched
from infra.demo.stage import Stage, opened
from infra.local.files import deliver_file

REQUEST = OBJECTS / "acme" / "requests" / "meetings.json"
FORGED = "permit/api-redeem-forged.json"
MODEL = {"model_id": "summariser-7", "kind": "adapter", "location": "eu-central-1"}


def permits(stage: Stage) -> None:
    """Redeemed for a run, refused to a forgery and for another file; over with the next withdrawal."""
    stage.title("A permit: shown by the run that uses what was admitted")
    report, shown, path = _issued(stage)
    first = _redeemed(stage, path, shown, "run train-1 shows the permit of the meetings")
    again = _redeemed(stage, path, shown, "the same run asks again")
    stage.expect(again == first, "the same redemption for the same run")
    _tell(stage, "a permit that says alg: none", deliver_file(stage.cloud, EVENTS / FORGED), 403)
    whole = {**shown, "admitted": report["manifest"]["sha256"]}
    _refused(stage, path, whole, "run train-1 is about to use the whole manifest")
    stage.title("A withdrawal reaches what was built")
    register_model(stage, report["data_set"], MODEL)
    reach(stage, report["data_set"], "guest-4417")
    ask_unknown(stage)
    _refused(stage, path, shown, "run train-1 asks once more")
    _refused(stage, path, {**shown, "run_id": "train-2"}, "run train-2 shows the same permit")


def _issued(stage: Stage) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The report of the meetings, what a run shows of it, and where."""
    request = json.loads(REQUEST.read_bytes())
    decision = decision_id(request["customer"], request["request_id"])
    folder = f"{request['customer']}/screenings/{decision.rpartition('~')[2]}"
    report = json.loads(fetched(stage, f"{folder}/report.json"))
    shown = {
        "run_id": "train-1",
        "permit": fetched(stage, f"{folder}/permit.jwt").decode(),
        "admitted": report["outputs"]["admitted"]["sha256"],
        "use": request["use"],
        "model_owner": request["model_owner"],
    }
    return report, shown, f"/permits/{permit_id(decision, report['revision'])}/redeem"


def _redeemed(stage: Stage, path: str, shown: dict[str, Any], words: str) -> dict[str, Any]:
    redeemed = stage.http("POST", path, shown, cast.ACME)
    until = datetime.fromisoformat(redeemed["until"]) - datetime.fromisoformat(redeemed["at"])
    stage.asks("HTTP", words)
    minutes = round(until.total_seconds() / 60)
    stage.gets("200", f"the run may begin within {minutes} minutes")
    return redeemed


def _refused(stage: Stage, path: str, shown: dict[str, Any], words: str) -> None:
    _tell(stage, words, stage.cloud.http("POST", path, shown, cast.ACME), 409)


def _tell(stage: Stage, words: str, response: object, status: int) -> None:
    said = opened(response, status=status)
    stage.asks("HTTP", words)
    stage.gets(str(status), f"{said['error']}: {said['field']} {said['problem']}")
