"""globex, the customer whom the events of events/ do not speak of: its form, its acts, its request."""

from typing import Any

ADMINISTRATOR = {"sub": "gus@globex.example", "consentry_customers": "globex"}
"""Claims of the token that globex's administrator shows."""

FORM = {
    "customer": "globex",
    "text": "May the messages that you compose here improve the suggestions that you are shown?",
    "locale": "en",
}


def grant(form: str) -> dict[str, Any]:
    """globex shares its chat to improve chat_compose, signed."""
    return {
        "act_id": "globex-grant-1",
        "customer": "globex",
        "kind": "grant",
        "uses": [{"operation": "fine_tune", "service": "chat_compose"}],
        "data": ["customer_content.chat"],
        "form": form,
        "signature": "click",
    }


def refusal(person: str) -> dict[str, Any]:
    """One of globex's people refuses everything."""
    act = {"act_id": f"{person}-refuses-1", "customer": "globex", "person": person}
    return act | {"kind": "refuse", "uses": "all", "data": "all"}


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
