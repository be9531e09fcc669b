"""Stores are opened by what the environment names, once for the same names, and never by law that is broken."""

from collections.abc import Iterator

import pytest

from consentry.aws import stores
from consentry.aws.stores import NAMED, Stores, open_stores
from consentry.domain.errors import TermsTableError
from consentry.flows.count_coverage import Counting
from consentry.flows.erase_person import Erasing
from consentry.flows.propagate_withdrawal import Carrying
from consentry.flows.record_consent import Recording
from consentry.flows.redeem_permit import Redeeming
from consentry.flows.renew_consents import Renewing
from consentry.flows.screening.screening_ports import Sorting
from tests.fakes.worlds import BOUND, BUILT, library

BOOKS = {"TERMS_DIRECTORY": str(BUILT), "TERMS_BOOK": "announced", "LIMIT_BOOKS": "house"}
ENVIRONMENT = {name: name.lower() for name in NAMED} | BOOKS


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    stores._opened.cache_clear()
    yield
    stores._opened.cache_clear()


def test_stores_are_the_same_while_what_they_are_named_by_is() -> None:
    first = open_stores(ENVIRONMENT | {"_X_AMZN_TRACE_ID": "Root=1"})

    assert open_stores(ENVIRONMENT | {"_X_AMZN_TRACE_ID": "Root=2"}) is first
    assert first.keys is first.keys
    assert open_stores(ENVIRONMENT | {"KEY_TABLE": "elsewhere"}).keys.table == "elsewhere"
    assert first.keys.table == "key_table"


def test_stores_open_nothing_but_their_law_until_it_is_asked_for() -> None:
    opened = open_stores(BOOKS | {"CONSENT_TABLE": "consents"})

    assert opened.library == library()
    assert (opened.consents.table, opened.bindings.default) == ("consents", BOUND)
    with pytest.raises(KeyError, match="DECISION_TABLE"):
        _ = opened.decisions
    with pytest.raises(KeyError, match="SCREENING_BUCKET"):
        _ = opened.files


@pytest.mark.parametrize(
    "broken",
    [{"TERMS_DIRECTORY": "/nowhere"}, {"LIMIT_BOOKS": "house,house"}],
    ids=["no tables", "a limit named twice"],
)
def test_stores_whose_law_is_broken_are_never_opened(broken: dict[str, str]) -> None:
    with pytest.raises(TermsTableError):
        open_stores(ENVIRONMENT | broken)


@pytest.mark.parametrize("missing", BOOKS)
def test_stores_that_name_no_law_are_never_opened(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        open_stores({name: value for name, value in ENVIRONMENT.items() if name != missing})


def slices(
    opened: Stores,
) -> tuple[Sorting, Redeeming, Recording, Erasing, Renewing, Counting, Carrying]:
    """What each flow sees: mypy holds that stores are the world of all of them."""
    return opened, opened, opened, opened, opened, opened, opened


def test_every_slice_is_cut_from_the_same_stores() -> None:
    opened = Stores(ENVIRONMENT)
    sorting, redeeming, recording, erasing, renewing, counting, carrying = slices(opened)

    assert sorting.consents is redeeming.consents is recording.consents is erasing.consents
    assert sorting.library is redeeming.library is renewing.library is counting.library
    assert carrying.permits is redeeming.permits
    assert (opened.files.bucket, opened.announcements.bus) == ("screening_bucket", "event_bus")
