"""Renewal runs for a customer with grants from before a material change."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from consentry.renewal.renew_consents import BATCH_SIZE, renew_consents
from consentry.renewal.renewal import ConsentRenewalDue
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    FakeDependencies,
    consent_event,
)
from tests.testkit.builders.terms_versions import publish_version

LATER = NOW + timedelta(days=1)
PEOPLE = tuple(f"p{number}" for number in range(2 * BATCH_SIZE + 5))
SIGNED = {"form_id": FORM_SHA256, "signature": "click"}
DUE = (None, *PEOPLE[6::3])


def granted_before(deps: FakeDependencies) -> FakeDependencies:
    """The customer and every third person granted before the terms changed; one renewed, one withdrew since."""
    for number, person in enumerate(PEOPLE):
        if number % 3 == 0:
            deps.record(consent_event("early", "grant", person=person, **SIGNED))
    published = publish_version(deps, "announced", at=LATER)
    published.record(consent_event("again", "grant", person="p0", **SIGNED), at=LATER)
    published.record(consent_event("withdrawn", "withdrawal", person="p3"), at=LATER)
    published.record(consent_event("other", "refusal", person="p1"), at=LATER)
    return published


def renew(
    deps: FakeDependencies,
    publish: Callable[[ConsentRenewalDue], None],
    *,
    people: Sequence[str] = PEOPLE,
    at: datetime = LATER,
    again: bool = False,
) -> int:
    """One renewal run."""
    return renew_consents(
        ACME, people, again=again, caller=deps.caller, at=at, deps=deps, publish=publish
    )
