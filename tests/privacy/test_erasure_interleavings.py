"""A person is erased at any moment of a decision or an act: nothing gone is decided on, and no act is lost."""

import pytest

from consentry.consent import items, record_consent
from consentry.decisions import decide
from consentry.kernel.errors import ConflictingIdError
from consentry.privacy import erase_person
from consentry.privacy.dynamodb import ErasureRepository
from tests.testkit.builders.erasures import (
    ClosedStateDeleted,
    ErasureIdsNotStored,
    EventDeletedFirst,
    PseudonymDeletedFirst,
    StateNeverClosed,
    UsedIdsStoredLast,
)
from tests.testkit.interleaving.erasure_scenarios import (
    consent_event_work_checking_used_ids_first,
    scenarios,
)
from tests.testkit.interleaving.explorer import Explorer, Violation
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 1


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tries more than twice, so that a wait does not multiply the schedules."""
    monkeypatch.setattr(record_consent, "ATTEMPTS", 2)
    monkeypatch.setattr(erase_person, "ATTEMPTS", 2)


@pytest.fixture(params=["by versions", "by epochs"])
def with_few_epochs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by epochs":
        monkeypatch.setattr(decide, "MAX_VERSION_CHECKS", 1)
        monkeypatch.setattr(items, "EPOCHS", 2)


@pytest.mark.promise(2)
@pytest.mark.usefixtures("with_few_epochs")
@pytest.mark.parametrize("story", scenarios())
def test_no_interleaving_allows_on_erased_consent_or_loses_an_event(story: str) -> None:
    # Two erasures at once have the most steps of all; each alone is explored with faults.
    explorer = Explorer(scenarios()[story], 0 if "twice" in story else FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules, {len(explorer.visited):,} situations")
    assert count > len(explorer.visited) > 100


KNOWN_BAD_VARIANTS = {
    PseudonymDeletedFirst: "she grants anew while she is erased",
    ClosedStateDeleted: "she grants anew while she is erased",
    StateNeverClosed: "a request while she is erased",
    EventDeletedFirst: "her grant is delivered again while she is erased",
    UsedIdsStoredLast: "her grant is delivered again while she is erased",
    ErasureIdsNotStored: "her erasure is delivered again after another and a new grant",
}
"""Each with a story that shows what is wrong with it."""


@pytest.mark.parametrize("variant", KNOWN_BAD_VARIANTS)
def test_known_bad_erasure_variants_are_caught(variant: type[ErasureRepository]) -> None:
    found = counterexample(scenarios(variant)[KNOWN_BAD_VARIANTS[variant]])

    assert found is not None
    print(f"{variant.__name__}: {found}")


def test_a_variant_that_checks_used_ids_before_the_pseudonym_is_caught() -> None:
    stories = scenarios(consent_event_work=consent_event_work_checking_used_ids_first)

    found = counterexample(stories["her grant is delivered again while she is erased"])

    assert found is not None
    print(found)


def counterexample(scenario: Scenario) -> Violation | None:
    try:
        Explorer(scenario, FAULTS).schedules()
    except Violation as violation:
        return violation
    except ConflictingIdError:
        pass  # Without anything under the old name, nobody can tell that these are the same people.
    return None
