"""One of acme's people is erased: what is kept, and that the data which still names them stays refused."""

import json

from consentry_demo.consent_steps import TRAIN
from consentry_demo.event_steps import EVENTS, ask_http
from consentry_demo.player import Player, read_json_response
from consentry_emulator.event_files import deliver_file

ERASURE = "privacy/http-erase-person.json"


def erase(player: Player) -> None:
    """POST /erasures, and a request that names who was erased, sent again."""
    player.title("A person is erased; no ban is lifted by it")
    erasure = json.loads(json.loads((EVENTS / ERASURE).read_bytes())["body"])
    erased = read_json_response(deliver_file(player.cloud, EVENTS / ERASURE))
    player.print_request("HTTP", f"erase {erasure['person']}")
    for kept in erased["retained"]:
        until = f", until {kept['until'][:10]}" if kept["until"] else ""
        player.print_result("retained", f"{kept['what']}{until}")
    again = ask_http(player, TRAIN, expect="deny", note="the same request, sent again")
    player.expect(again.revision > 1, "the same denial as before the erasure")
