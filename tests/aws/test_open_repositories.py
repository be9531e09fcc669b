"""Repositories are opened from the environment: once for the same settings, and only with valid terms."""

from collections.abc import Iterator

import pytest

from consentry.aws.dependencies import forget
from consentry.aws.settings import NAMES
from consentry.kernel.errors import InvalidTermsError, MissingSettingError
from consentry.privacy.open import PrivacyDependencies
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, library
from tests.testkit.meeting_words import BUILT

POLICIES = {
    "TERMS_DIRECTORY": str(BUILT),
    "VOCABULARY": "meetings",
    "DEFAULT_TERMS": "announced",
    "GUARDRAILS": "house",
}
ENVIRONMENT = {name: name.lower() for name in NAMES} | POLICIES


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    forget()
    yield
    forget()


def test_repositories_are_cached_per_environment() -> None:
    first = PrivacyDependencies.open(ENVIRONMENT | {"_X_AMZN_TRACE_ID": "Root=1"})

    assert PrivacyDependencies.open(ENVIRONMENT | {"_X_AMZN_TRACE_ID": "Root=2"}) is first
    assert first.pseudonyms is first.pseudonyms
    elsewhere = PrivacyDependencies.open(ENVIRONMENT | {"CONSENT_TABLE": "elsewhere"})
    assert elsewhere.consents.table.name == "elsewhere"
    assert first.consents.table.name == "consent_table"


def test_repositories_load_only_the_terms_until_they_are_used() -> None:
    opened = PrivacyDependencies.open(POLICIES | {"CONSENT_TABLE": "consents"})

    assert opened.library == library()
    assert (opened.consents.table.name, opened.assignments.default) == (
        "consents",
        DEFAULT_ASSIGNMENT,
    )
    with pytest.raises(MissingSettingError, match="DECISION_TABLE"):
        _ = opened.decisions
    with pytest.raises(MissingSettingError, match="EVENT_BUS"):
        _ = opened.publisher


@pytest.mark.parametrize(
    "broken",
    [{"TERMS_DIRECTORY": "/nowhere"}, {"GUARDRAILS": "house,house"}],
    ids=["no truth tables", "the same guardrails twice"],
)
def test_repositories_with_invalid_terms_are_not_opened(broken: dict[str, str]) -> None:
    with pytest.raises(InvalidTermsError):
        PrivacyDependencies.open(ENVIRONMENT | broken)


@pytest.mark.parametrize("missing", POLICIES)
def test_repositories_without_configured_terms_are_not_opened(missing: str) -> None:
    with pytest.raises(MissingSettingError, match=missing):
        PrivacyDependencies.open(
            {name: value for name, value in ENVIRONMENT.items() if name != missing}
        )
