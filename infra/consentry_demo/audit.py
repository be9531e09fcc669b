"""What acme can see of it all, and where to look next."""

from consentry_demo.event_steps import EVENTS
from consentry_demo.player import STYLES, Player, read_json_response
from consentry_emulator.event_files import deliver_file

SHOWN = (
    "consent/http-get-customer-consent.json",
    "consent/http-get-customer-consent-in-2030.json",
    "consent/http-get-person-consent.json",
)
NEXT = (
    ("consentry terms show announced", "the terms, as a table; `house` is the other book"),
    ("consentry local", "what the template wires, and where failures are kept"),
    ("consentry local invoke events/decisions/http-telemetry.json", "one event, its whole answer"),
    ("consentry local serve", "the API, on loopback"),
    ("README.md", "your own terms in 20 lines; how to deploy"),
)


def show_audit(player: Player) -> None:
    """GET /customers/acme/uses, and how many denials GET /decisions lists."""
    _consents(player)
    _receipt(player)
    player.title("What acme sees: GET /customers/acme/uses")
    uses = read_json_response(deliver_file(player.cloud, EVENTS / "audit/http-list-uses.json"))[
        "uses"
    ]
    for use in uses:
        data = ", ".join(leaf.rpartition(".")[2] for leaf in use["data"])
        words = f"{use['operation']} for {use['service']} on {data}, {use['model_owner']} model"
        told = f"{use['count']} x {words}: {', '.join(use['rules'])}"
        player.say(
            told, label=f"{use['outcome'].upper():<7}", indent=2, style=STYLES[use["outcome"]]
        )
    listed = read_json_response(deliver_file(player.cloud, EVENTS / "audit/http-list-denials.json"))
    denials = listed["decisions"]
    player.say(
        "A screening counts under both: as ALLOW for what it admitted, as DENY for what it refused. "
        f"GET /decisions?customer=acme&outcome=deny lists {len(denials)} denials: what was denied as a whole.",
        indent=2,
    )
    player.expect(all(each["outcome"] == "deny" for each in denials), "denials alone")
    player.expect(bool(uses and denials), "the uses and denials of acme to be seen")


def _consents(player: Player) -> None:
    player.title("What acme sees: GET /consents/acme, GET /consents/acme/{person}")
    for name in SHOWN:
        shown = read_json_response(deliver_file(player.cloud, EVENTS / name))
        consent_events = (record["consent_event"]["kind"] for record in shown["consent_events"])
        statuses = dict.fromkeys(each["status"] for each in shown["statuses"])
        party = shown["consent_events"][0]["party"]
        when = f"{party} at {shown['at'][:16]}"
        player.say(
            f"{when}: acts {', '.join(consent_events)}; standings {', '.join(statuses)}", indent=2
        )


def _receipt(player: Player) -> None:
    player.title("The receipt of acme's grant: GET /receipts/acme/customer/{act}")
    receipt = read_json_response(
        deliver_file(player.cloud, EVENTS / "consent/http-get-receipt.json")
    )
    record = receipt["dpv:hasRecordOfActivity"]
    (state, *_), *_ = (each["@type"] for each in record["dpv:hasConsentStatus"])
    player.say(f"JSON-LD, {receipt['dct:conformsTo']}: {record['@type']}, {state}", indent=2)
    page = deliver_file(player.cloud, EVENTS / "consent/http-get-receipt-page.json")
    shown = isinstance(page, dict) and "How to withdraw" in page["body"]
    player.say("asked for by a browser, the same is a page that says how to withdraw", indent=2)
    player.expect(shown, "the receipt as a page")


def show_next_commands(player: Player) -> None:
    """Commands to try."""
    player.title("Where to look next")
    for command, words in NEXT:
        player.say(words, label=f"{command:<57}", indent=2, style="cyan")
