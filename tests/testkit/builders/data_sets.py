"""Data sets as screenings record them."""

from consentry.datasets.data_set import DataSet
from consentry.datasets.membership_file import MembershipFile
from tests.testkit.builders.dependencies import ACME, NOW


def data_set(token: str, customer: str = ACME) -> DataSet:
    """A data set of one row and one person."""
    return DataSet.read(
        {
            "data_set_id": f"{customer}~{token}",
            "decision_id": f"{customer}~decision",
            "customer": customer,
            "manifest": "0" * 64,
            "admitted": "1" * 64,
            "rows": 1,
            "membership_file": MembershipFile(key="k", sha256="2" * 64, bytes=1, people_count=1),
            "operation": "fine_tune",
            "service": "meeting_summary",
            "model_owner": "first_party",
            "data": ["customer_content.audio"],
            "epochs": [0] * 16,
            "at": NOW,
        }
    )
