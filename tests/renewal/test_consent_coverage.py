"""People are counted by what they stand at, use by use, at each moment."""

from datetime import timedelta
from typing import Any

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.status import PartyState
from consentry.consent.stored_event import StoredConsentEvent, build_stored_event
from consentry.renewal.coverage import count_coverage_at
from tests.testkit.builders.dependencies import (
    ACME,
    DEFAULT_ASSIGNMENT,
    FORM,
    FORM_SHA256,
    NOW,
    consent_event,
    library,
)
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository

HOUR = timedelta(hours=1)
BOOKS = DEFAULT_ASSIGNMENT.resolve(library())
SIGNED = {"form_id": FORM_SHA256, "signature": "click"}
KEY = FixedPseudonymRepository().key_of(ACME)


def acted(party: str, *kinds: str, **said: Any) -> tuple[StoredConsentEvent, ...]:
    """One act an hour; grants are signed."""
    person = None if party == CUSTOMER_PARTY else party
    return tuple(
        build_stored_event(
            consent_event(
                f"a{version}", kind, person=person, **(SIGNED if kind == "grant" else {}), **said
            ),
            FORM if kind == "grant" else None,
            None,
            KEY,
            party=party,
            after=PartyState(version),
            by="p",
            at=NOW + version * HOUR,
        )
        for version, kind in enumerate(kinds)
    )


def test_coverage_counts_people_at_each_time_and_reports_the_customer() -> None:
    consent_events = {
        CUSTOMER_PARTY: acted(CUSTOMER_PARTY, "grant"),
        "ann": acted("ann", "grant", "withdrawal"),
        "bob": acted("bob", "grant"),
        "cid": acted("cid", "refusal", "grant"),
    }

    rows = count_coverage_at(consent_events, dict.fromkeys((NOW - HOUR, NOW, NOW + HOUR), BOOKS))

    assert [(row.at, row.status, row.people, row.customer) for row in rows] == [
        (NOW, "granted", 2, True),
        (NOW, "refused", 1, False),
        (NOW + HOUR, "granted", 2, True),
        (NOW + HOUR, "withdrawn", 1, False),
    ]
    assert {(row.operation, row.service) for row in rows} == {("fine_tune", "meeting_summary")}


def test_a_person_with_several_statuses_counts_once_for_each() -> None:
    both = ["customer_content.audio", "customer_content.chat"]
    granted, refused = acted("ann", "grant", data=both), acted("ann", "refusal", "refusal")[1:]

    rows = count_coverage_at({"ann": granted + refused}, {NOW + HOUR: BOOKS})

    assert [(row.status, row.people) for row in rows] == [("granted", 1), ("refused", 1)]
