"""The same rules in plain Python: json, if-statements, json, without checks and pseudonyms."""

import json
from collections.abc import Sequence
from typing import Any

TRAINING = ("fine_tune", "pretrain")
OWN_CLASS = ("customer_content.audio", "customer_content.video", "customer_content.chat")


def plain_answer(body: bytes, customer: str, people: Sequence[str]) -> bytes:
    """The decision and its inputs as JSON. `customer` and `people` are statuses."""
    request = json.loads(body)
    denial = _denial(request, customer, people)
    answer = {"outcome": "deny" if denial else "allow", "rule": denial}
    return json.dumps({**request, **answer, "statuses": [customer, *people]}).encode()


def _denial(request: dict[str, Any], customer: str, people: Sequence[str]) -> str | None:
    (leaf,), operation = request["data"], request["use"]["operation"]
    content, granted = leaf.startswith("customer_content"), customer == "granted"
    if leaf == "public_web":
        return "announced.public-web"
    if operation == "infer":
        return None if granted else "announced.features-opt-in"
    if request["model_owner"] == "third_party":
        return "announced.no-third-party-training"
    if content and not granted:
        return "announced.content-needs-consent"
    if content and request["collected"]["by_service"] != request["use"]["service"]:
        return "announced.solely-that-service"
    return _house_denial(leaf, operation, granted, people)


def _house_denial(leaf: str, operation: str, granted: bool, people: Sequence[str]) -> str | None:
    if any(status in ("refused", "withdrawn") for status in people):
        return "house.no-use-on-refusal"
    if "unreadable" in people:
        return "house.no-use-on-unreadable-consent"
    if operation == "infer":
        return None
    if leaf.startswith("customer_content") and not people:
        return "house.no-improvement-on-unidentified-people"
    if operation not in TRAINING:
        return None
    if leaf.startswith("customer_content") and leaf not in OWN_CLASS and not granted:
        return "house.derived-keeps-its-class"
    return None
