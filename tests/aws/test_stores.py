"""Stores are opened by what the environment names, once for the same names, and never by law that is broken."""

from collections.abc import Iterator

import pytest

from consentry.aws.dependencies import forget
from consentry.aws.settings import NAMES
from consentry.kernel.errors import InvalidTermsError, MissingSettingError
from consentry.privacy.open import PrivacyDependencies
from tests.fakes.worlds import BOUND, BUILT, library

BOOKS = {"TERMS_DIRECTORY": str(BUILT), "DEFAULT_TERMS": "announced", "GUARDRAILS": "house"}
ENVIRONMENT = {name: name.lower() for name in NAMES} | BOOKS


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    forget()
    yield
    forget()


def test_stores_are_the_same_while_what_they_are_named_by_is() -> None:
    first = PrivacyDependencies.open(ENVIRONMENT | {"_X_AMZN_TRACE_ID": "Root=1"})

    assert PrivacyDependencies.open(ENVIRONMENT | {"_X_AMZN_TRACE_ID": "Root=2"}) is first
    assert first.pseudonyms is first.pseudonyms
    elsewhere = PrivacyDependencies.open(ENVIRONMENT | {"CONSENT_TABLE": "elsewhere"})
    assert elsewhere.consents.table.name == "elsewhere"
    assert first.consents.table.name == "consent_table"


def test_stores_open_nothing_but_their_law_until_it_is_asked_for() -> None:
    opened = PrivacyDependencies.open(BOOKS | {"CONSENT_TABLE": "consents"})

    assert opened.library == library()
    assert (opened.consents.table.name, opened.assignments.default) == ("consents", BOUND)
    with pytest.raises(MissingSettingError, match="DECISION_TABLE"):
        _ = opened.decisions
    with pytest.raises(MissingSettingError, match="EVENT_BUS"):
        _ = opened.publisher


@pytest.mark.parametrize(
    "broken",
    [{"TERMS_DIRECTORY": "/nowhere"}, {"GUARDRAILS": "house,house"}],
    ids=["no tables", "a limit named twice"],
)
def test_stores_whose_law_is_broken_are_never_opened(broken: dict[str, str]) -> None:
    with pytest.raises(InvalidTermsError):
        PrivacyDependencies.open(ENVIRONMENT | broken)


@pytest.mark.parametrize("missing", BOOKS)
def test_stores_that_name_no_law_are_never_opened(missing: str) -> None:
    with pytest.raises(MissingSettingError, match=missing):
        PrivacyDependencies.open(
            {name: value for name, value in ENVIRONMENT.items() if name != missing}
        )
