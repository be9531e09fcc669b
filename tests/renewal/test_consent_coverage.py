"""People are counted by consent status, use by use, at each moment."""

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
POLICY_SETS = DEFAULT_ASSIGNMENT.resolve(library())
SIGNED = {"form_id": FORM_SHA256, "signature": "click"}
KEY = FixedPseudonymRepository().key_of(ACME)


def events_of(party: str, *kinds: str, **changed: Any) -> tuple[StoredConsentEvent, ...]:
    """The stored consent events of a party, one each hour; grants are signed."""
    person = None if party == CUSTOMER_PARTY else party
    return tuple(
        build_stored_event(
            consent_event(
                f"a{version}", kind, person=person, **(SIGNED if kind == "grant" else {}), **changed
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
        CUSTOMER_PARTY: events_of(CUSTOMER_PARTY, "grant"),
        "ann": events_of("ann", "grant", "withdrawal"),
        "bob": events_of("bob", "grant"),
        "cid": events_of("cid", "refusal", "grant"),
    }

    moments = dict.fromkeys((NOW - HOUR, NOW, NOW + HOUR), POLICY_SETS)
    counts = tuple(count_coverage_at(consent_events, moments))

    assert [(row.at, row.status, row.people, row.customer) for row in counts] == [
        (NOW, "granted", 2, True),
        (NOW, "refused", 1, False),
        (NOW + HOUR, "granted", 2, True),
        (NOW + HOUR, "withdrawn", 1, False),
    ]
    assert {(row.operation, row.service) for row in counts} == {("fine_tune", "meeting_summary")}


def test_a_person_with_several_statuses_counts_once_for_each() -> None:
    both = ["customer_content.audio", "customer_content.chat"]
    granted, refused = (
        events_of("ann", "grant", data=both),
        events_of("ann", "refusal", "refusal")[1:],
    )

    counts = count_coverage_at({"ann": granted + refused}, {NOW + HOUR: POLICY_SETS})

    assert [(row.status, row.people) for row in counts] == [("granted", 1), ("refused", 1)]
