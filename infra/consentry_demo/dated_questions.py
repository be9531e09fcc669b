"""initech, which consents, and hooli, which never does: what is asked of both on which date, and the answers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

TERMS = "zoom-terms"
ASSIGNED_ON = "2023-04-01"
CONSENTING, NON_CONSENTING = "initech", "hooli"

USES = [{"operation": "fine_tune", "service": "meeting_summary"}]
DATA = ["customer_content.audio"]
FORM = {
    "customer": CONSENTING,
    "text": "May what is said in your meetings, the earlier ones too, improve meeting summaries?",
    "locale": "en",
    "uses": USES,
    "data": DATA,
    "covers_collected": True,
}


class DatedQuestion(NamedTuple):
    """The clock's date, the audio's, and the outcomes with and without the customer's consent."""

    clock: str
    collected: str
    outcomes: tuple[str, str]


GOLDEN = (
    DatedQuestion("2023-04-15", "2023-04-15", ("allow", "allow")),
    DatedQuestion("2023-08-08", "2023-08-08", ("allow", "deny")),
    DatedQuestion("2023-09-01", "2023-09-01", ("deny", "deny")),
)
EARLIER = (
    DatedQuestion("2023-04-15", "2023-03-20", ("allow", "deny")),
    DatedQuestion("2023-08-08", "2023-04-15", ("allow", "deny")),
    DatedQuestion("2023-09-01", "2023-04-15", ("deny", "deny")),
    DatedQuestion("2023-09-01", "2023-08-08", ("deny", "deny")),
)
"""Audio collected under one version, or under none, and asked about under the next."""
STATUSES_BY_DATE = {"2023-08-10": "granted", "2023-08-12": "invalidated"}
"""What the consent comes to on the days around a material change."""


def administrator(customer: str) -> Mapping[str, str]:
    """Claims of the token that a customer's administrator shows."""
    return {"sub": f"admin@{customer}.example", "consentry_customers": customer}


def grant(form: str) -> dict[str, Any]:
    """initech shares its audio to improve meeting_summary, signed."""
    return {
        "consent_event_id": f"{CONSENTING}-grant-1",
        "customer": CONSENTING,
        "kind": "grant",
        "uses": USES,
        "data": DATA,
        "form": form,
        "signature": "click",
    }


def request(customer: str, dated: DatedQuestion) -> dict[str, Any]:
    """May the customer's audio of that date fine-tune the model behind meeting_summary?"""
    return {
        "request_id": f"asked-{dated.clock}-of-{dated.collected}",
        "customer": customer,
        "data": DATA,
        "use": USES[0],
        "model_owner": "first_party",
        "collected": {"at": f"{dated.collected}T09:00:00Z", "by_service": "meeting_summary"},
        "people": [{"person": "pia", "role": "host"}, {"person": "quin", "role": "guest"}],
        "declared_by": "meeting-curation",
    }
