"""The screening bucket of the running stack."""

import json
from typing import Any

from consentry_emulator.runtime import InvocationResult
from tests.testkit.api.fixtures import TUNE, Customer
from tests.testkit.builders.screenings import FIELDS


class Bucket:
    """The screening bucket, as one customer sees it."""

    def __init__(self, customer: Customer) -> None:
        self.customer, self.cloud = customer, customer.cloud
        self.s3 = self.cloud.client("s3")
        self.name = self.cloud.wiring.buckets["ScreeningBucket"]

    def request(self, **changes: Any) -> dict[str, Any]:
        location = {"key": f"{self.customer.id}/manifests/m.jsonl", "format": "jsonl"}
        return {
            "request_id": "s1",
            "customer": self.customer.id,
            "use": TUNE,
            "model_owner": "first_party",
            "declared_by": "curation",
            "manifest": location,
            "fields": FIELDS,
        } | changes

    def drop(self, key: str, content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.cloud.put_object(f"{self.customer.id}/{key}", body)

    def event(self, key: str, **changes: Any) -> dict[str, Any]:
        detail = {
            "bucket": {"name": self.name},
            "object": {"key": f"{self.customer.id}/{key}", "sequencer": "00", "size": 1},
        }
        event = {"id": "e-1", "source": "aws.s3", "detail-type": "Object Created"}
        return event | {"version": "0", "detail": detail | changes}

    def invoke(self, key: str, **changes: Any) -> InvocationResult:
        return self.cloud.invoke("ScreeningObjectCreatedFunction", self.event(key, **changes))

    def listed(self, below: str = "screenings/") -> list[str]:
        prefix = f"{self.customer.id}/{below}"
        listed = self.s3.list_objects_v2(Bucket=self.name, Prefix=prefix).get("Contents", [])
        return [each["Key"] for each in listed]

    def read(self, key: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def reports(self) -> list[Any]:
        keys = [key for key in self.listed() if key.endswith("/report.json")]
        return [json.loads(self.read(key)) for key in keys]

    def error_file(self, name: str) -> Any:
        return json.loads(self.read(f"{self.customer.id}/screenings/errors/{name}.json"))
