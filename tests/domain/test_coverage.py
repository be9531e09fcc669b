"""People are counted by what they stand at, use by use, at each moment."""

from datetime import timedelta
from typing import Any

from consentry.domain.consent.act_records import ActRecord, record_of
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.coverage import covered
from consentry.domain.consent.standings import PartyState
from tests.fakes.names import FixedKeys
from tests.fakes.worlds import ACME, BOUND, FORM, FORM_SHA256, NOW, act, library

HOUR = timedelta(hours=1)
BOOKS = BOUND.books(library())
SIGNED = {"form": FORM_SHA256, "signature": "click"}
KEY = FixedKeys().key_of(ACME)


def acted(party: str, *kinds: str, **said: Any) -> tuple[ActRecord, ...]:
    """One act an hour; grants are signed."""
    person = None if party == CUSTOMER_PARTY else party
    return tuple(
        record_of(
            act(f"a{version}", kind, person=person, **(SIGNED if kind == "grant" else {}), **said),
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


def test_people_are_counted_at_each_moment_and_the_customer_beside_them() -> None:
    acts = {
        CUSTOMER_PARTY: acted(CUSTOMER_PARTY, "grant"),
        "ann": acted("ann", "grant", "withdraw"),
        "bob": acted("bob", "grant"),
        "cid": acted("cid", "refuse", "grant"),
    }

    rows = covered(acts, dict.fromkeys((NOW - HOUR, NOW, NOW + HOUR), BOOKS))

    assert [(row.at, row.standing, row.people, row.customer) for row in rows] == [
        (NOW, "granted", 2, True),
        (NOW, "refused", 1, False),
        (NOW + HOUR, "granted", 2, True),
        (NOW + HOUR, "withdrawn", 1, False),
    ]
    assert {(row.operation, row.service) for row in rows} == {("fine_tune", "meeting_summary")}


def test_who_stands_differently_on_different_data_counts_once_for_each_standing() -> None:
    both = ["customer_content.audio", "customer_content.chat"]
    granted, refused = acted("ann", "grant", data=both), acted("ann", "refuse", "refuse")[1:]

    rows = covered({"ann": granted + refused}, {NOW + HOUR: BOOKS})

    assert [(row.standing, row.people) for row in rows] == [("granted", 1), ("refused", 1)]
