"""Data sets of screenings, and withdrawals, made through the handlers."""

import json

from tests.testkit.api.fixtures import TUNE, Customer


def screened(acme: Customer, *people: str, name: str = "first") -> str:
    """Screen a manifest of these people; returns the id of the data set."""
    rows = [
        {"people": [person], "at": "2026-01-05T09:00:00Z", "data": "customer_content.audio"}
        for person in people
    ]
    request = {
        "request_id": name,
        "customer": acme.id,
        "use": TUNE,
        "model_owner": "first_party",
        "declared_by": "curation",
        "manifest": {"key": f"{acme.id}/manifests/{name}.jsonl", "format": "jsonl"},
        "fields": {
            "people": {"field": "people", "role": "speaker"},
            "data": {"field": "data"},
            "collected_at": {"field": "at"},
            "collected_by": {"constant": "meeting_summary"},
        },
    }
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    acme.cloud.put_object(f"{acme.id}/manifests/{name}.jsonl", lines.encode())
    acme.cloud.put_object(f"{acme.id}/requests/{name}.json", json.dumps(request).encode())
    acme.cloud.deliver()
    bucket = acme.cloud.wiring.buckets["ScreeningBucket"]
    s3 = acme.cloud.client("s3")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{acme.id}/screenings/")["Contents"]
    reports = [
        json.loads(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
        for each in found
        if each["Key"].endswith("report.json")
    ]
    data_set: str = reports[-1]["data_set_id"]
    return data_set


def withdraw(acme: Customer, person: str, consent_event_id: str = "w") -> str:
    """Withdraw everything; returns the id of the withdrawal."""
    body = {"consent_event_id": consent_event_id, "party": {"person": person}}
    answer = acme.send("POST", f"{acme.path}/withdrawals", body)
    assert answer.status == 201, answer
    withdrawal: str = answer.body["withdrawal_id"]
    return withdrawal
