"""The scheduled function, with its role, marks and publishes what became outdated by time."""

from datetime import UTC, datetime, timedelta

from consentry_cli.local_stack import deliver_file
from consentry_emulator.process_isolation import clock_at
from tests.testkit.api.bucket import Bucket
from tests.testkit.api.fixtures import ROOT, TUNE, Customer
from tests.testkit.builders.screenings import row

SCHEDULED = ROOT / "events" / "datasets" / "schedule-daily.json"


def test_the_schedule_publishes_a_data_set_whose_consent_ended(acme: Customer) -> None:
    now = datetime.now(UTC)
    acme.grants()
    ending = {
        "consent_event_id": "ends",
        "party": "customer",
        "kind": "grant",
        "uses": [TUNE],
        "data": ["customer_content"],
        "form_id": acme.send("GET", f"{acme.path}/forms").body["forms"][0]["form_id"],
        "signature": "click",
        "until": (now + timedelta(hours=1)).isoformat(),
    }
    assert acme.send("POST", f"{acme.path}/consent-events", ending).status == 201
    bucket = Bucket(acme)
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop("requests/r.json", bucket.request())
    acme.cloud.deliver()
    before = len(acme.cloud.deliveries)

    with clock_at(now + timedelta(days=1)):
        deliver_file(acme.cloud, SCHEDULED)
        deliver_file(acme.cloud, SCHEDULED)

    sent = acme.cloud.deliveries[before:]
    published = [each.event["detail"] for each in sent if each.function is None]
    mine = [each for each in published if each.get("customer") == acme.id]
    assert not [each.error for each in sent if each.error]
    assert [each.get("reason") for each in mine] == [None, "data_set_outdated"]
    assert mine[0]["outdated"]["cause"] == "expired_consent"
