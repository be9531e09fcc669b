"""One of acme's people is erased: what is kept, and that the data which still names them stays refused."""

import json

from infra.demo.consents import TRAIN
from infra.demo.doors import EVENTS, ask_http
from infra.demo.stage import Stage, opened
from infra.local.files import deliver_file

ERASURE = "erase/api-erase-person.json"


def erase(stage: Stage) -> None:
    """POST /erasures, and a request that names who was erased, sent again."""
    stage.title("A person is erased; no ban is lifted by it")
    erasure = json.loads(json.loads((EVENTS / ERASURE).read_bytes())["body"])
    erased = opened(deliver_file(stage.cloud, EVENTS / ERASURE))
    stage.asks("HTTP", f"erase {erasure['person']}")
    for kept in erased["retained"]:
        until = f", until {kept['until'][:10]}" if kept["until"] else ""
        stage.gets("retained", f"{kept['what']}{until}")
    again = ask_http(stage, TRAIN, expect="deny", note="the same request, sent again")
    stage.expect(again.revision > 1, "the same denial as before the erasure")
