"""What acme can see of it all, and where to look next."""

from infra.demo.doors import EVENTS
from infra.demo.stage import STYLES, Stage, opened
from infra.local.files import deliver_file

SHOWN = (
    "consent/api-show-customer.json",
    "consent/api-show-customer-in-2030.json",
    "consent/api-show-person.json",
)
NEXT = (
    ("consentry terms show announced", "the terms, as a table; `house` is the other book"),
    ("consentry local", "what the template wires, and where failures are kept"),
    ("consentry local invoke events/decide/api-telemetry.json", "one event, its whole answer"),
    ("consentry local serve", "the API, on loopback"),
    ("README.md", "your own terms in 20 lines; how to deploy"),
)


def look_back(stage: Stage) -> None:
    """GET /customers/acme/uses, and how many denials GET /decisions lists."""
    _consents(stage)
    _receipt(stage)
    stage.title("What acme sees: GET /customers/acme/uses")
    uses = opened(deliver_file(stage.cloud, EVENTS / "transparency/api-uses.json"))["uses"]
    for use in uses:
        data = ", ".join(leaf.rpartition(".")[2] for leaf in use["data"])
        words = f"{use['operation']} for {use['service']} on {data}, {use['model_owner']} model"
        told = f"{use['times']} x {words}: {', '.join(use['rules'])}"
        stage.say(
            told, label=f"{use['outcome'].upper():<7}", indent=2, style=STYLES[use["outcome"]]
        )
    listed = opened(deliver_file(stage.cloud, EVENTS / "transparency/api-denials.json"))
    denials = listed["decisions"]
    stage.say(
        "A screening counts under both: as ALLOW for what it admitted, as DENY for what it refused. "
        f"GET /decisions?customer=acme&outcome=deny lists {len(denials)} denials: what was denied as a whole.",
        indent=2,
    )
    stage.expect(all(each["outcome"] == "deny" for each in denials), "denials alone")
    stage.expect(bool(uses and denials), "the uses and denials of acme to be seen")


def _consents(stage: Stage) -> None:
    stage.title("What acme sees: GET /consents/acme, GET /consents/acme/{person}")
    for name in SHOWN:
        shown = opened(deliver_file(stage.cloud, EVENTS / name))
        consent_events = (record["consent_event"]["kind"] for record in shown["consent_events"])
        statuses = dict.fromkeys(each["status"] for each in shown["statuses"])
        party = shown["consent_events"][0]["party"]
        when = f"{party} at {shown['at'][:16]}"
        stage.say(
            f"{when}: acts {', '.join(consent_events)}; standings {', '.join(statuses)}", indent=2
        )


def _receipt(stage: Stage) -> None:
    stage.title("The receipt of acme's grant: GET /receipts/acme/customer/{act}")
    receipt = opened(deliver_file(stage.cloud, EVENTS / "consent/api-receipt.json"))
    record = receipt["dpv:hasRecordOfActivity"]
    (state, *_), *_ = (each["@type"] for each in record["dpv:hasConsentStatus"])
    stage.say(f"JSON-LD, {receipt['dct:conformsTo']}: {record['@type']}, {state}", indent=2)
    page = deliver_file(stage.cloud, EVENTS / "consent/api-receipt-page.json")
    shown = isinstance(page, dict) and "How to withdraw" in page["body"]
    stage.say("asked for by a browser, the same is a page that says how to withdraw", indent=2)
    stage.expect(shown, "the receipt as a page")


def look_next(stage: Stage) -> None:
    """Commands to try."""
    stage.title("Where to look next")
    for command, words in NEXT:
        stage.say(words, label=f"{command:<57}", indent=2, style="cyan")
