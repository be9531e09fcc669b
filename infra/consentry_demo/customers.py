"""Those whom the events of events/ do not speak of: globex, and the people of acme's real meetings."""

from typing import Any

ADMINISTRATOR = {"sub": "gus@globex.example", "consentry_customers": "globex"}
ACME = {"sub": "dana.okafor@acme.example", "consentry_customers": "acme"}
"""Claims of the tokens that globex's and acme's administrators show."""

FORM = {
    "customer": "globex",
    "text": "May the messages that you compose here improve the suggestions that you are shown?",
    "locale": "en",
    "uses": [{"operation": "fine_tune", "service": "chat_compose"}],
    "data": ["customer_content.chat"],
}


def grant(form: str) -> dict[str, Any]:
    """globex shares its chat to improve chat_compose, signed."""
    return {
        "consent_event_id": "globex-grant-1",
        "customer": "globex",
        "kind": "grant",
        "uses": [{"operation": "fine_tune", "service": "chat_compose"}],
        "data": ["customer_content.chat"],
        "form": form,
        "signature": "click",
    }


def refusal(person: str) -> dict[str, Any]:
    """One of globex's people refuses everything."""
    consent_event = {
        "consent_event_id": f"{person}-refuses-1",
        "customer": "globex",
        "person": person,
    }
    return consent_event | {"kind": "refusal", "uses": "all", "data": "all"}


def withdrawal(person: str) -> dict[str, Any]:
    """One of acme's people withdraws everything."""
    consent_event = {
        "consent_event_id": f"{person}-withdraws-1",
        "customer": "acme",
        "person": person,
    }
    return consent_event | {"kind": "withdrawal", "uses": "all", "data": "all"}


def request(request_id: str, *people: str) -> dict[str, Any]:
    """May globex's chat among these people fine-tune the model behind chat_compose?"""
    return {
        "request_id": request_id,
        "customer": "globex",
        "data": ["customer_content.chat"],
        "use": {"operation": "fine_tune", "service": "chat_compose"},
        "model_owner": "first_party",
        "collected": {"at": "2026-11-02T09:00:00Z", "by_service": "chat_compose"},
        "people": [{"person": person, "role": "participant"} for person in people],
        "declared_by": "chat-curation",
    }
