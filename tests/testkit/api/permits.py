"""A customer with a screened manifest and the data permit of that screening."""

from dataclasses import dataclass
from typing import Any

from consentry.kernel.ids import permit_id
from tests.testkit.api.bucket import Bucket
from tests.testkit.api.fixtures import TUNE, Customer, Http
from tests.testkit.builders.screenings import row


@dataclass
class PermitApiDriver:
    """A customer with a screened manifest, its report and its data permit."""

    customer: Customer
    report: Any
    permit: str

    @property
    def id(self) -> str:
        return permit_id(self.report["decision_id"], self.report["revision"])

    def redeem(self, run: str = "run-1", *, claims: Any = None, **changed: Any) -> Http:
        shown = {
            "run_id": run,
            "permit": self.permit,
            "admitted": self.report["outputs"]["admitted"]["sha256"],
            "use": TUNE,
            "model_owner": "first_party",
        }
        path = f"{self.customer.path}/permits/{changed.pop('id', self.id)}/redeem"
        return self.customer.send("POST", path, shown | changed, claims)


def screened(customer: Customer, **changed: Any) -> PermitApiDriver:
    customer.grants()
    bucket = Bucket(customer)
    bucket.drop("manifests/m.jsonl", row("ann") + row("bob"))
    bucket.drop("requests/r.json", bucket.request(**changed))
    assert bucket.invoke("requests/r.json").payload["outcome"] == "allow"
    (report,) = bucket.reports()
    (key,) = [key for key in bucket.listed() if key.endswith("/permit.jwt")]
    return PermitApiDriver(customer, report, bucket.read(key).decode())
