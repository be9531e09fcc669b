"""No interleaving of an erasure allows on erased consent, or loses a consent event."""

import pytest

from consentry.consent import record_consent
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
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.interleaving.erasure_scenarios import (
    consent_event_work_checking_used_ids_first,
    scenarios,
)
from tests.testkit.interleaving.explorer import Explorer, Violation
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 1


@pytest.fixture(autouse=True)
def few_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use cases try twice instead of more often, so that retries do not multiply the schedules."""
    monkeypatch.setattr(record_consent, "ATTEMPTS", 2)
    monkeypatch.setattr(erase_person, "ATTEMPTS", 2)


@pytest.mark.promise(2)
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_allows_on_erased_consent_or_loses_an_event(scenario: str) -> None:
    # Two erasures at once have the most steps. Outside a campaign they run without faults.
    explore(scenarios()[scenario], 0 if "twice" in scenario and not CAMPAIGN else 1)


def explore(scenario: Scenario, faults: int) -> None:
    explorer = Explorer(scenario, faults)
    count = explorer.schedules()
    print(f"{count:,} schedules with up to {faults} faults, {len(explorer.visited):,} states")
    assert count > len(explorer.visited) > (100 if faults else 30)


KNOWN_BAD_VARIANTS = {
    PseudonymDeletedFirst: "she grants again while she is erased",
    ClosedStateDeleted: "she grants again while she is erased",
    StateNeverClosed: "a request while she is erased",
    EventDeletedFirst: "her grant is delivered again while she is erased",
    UsedIdsStoredLast: "her grant is delivered again while she is erased",
    ErasureIdsNotStored: "her erasure is delivered again after another and a new grant",
}
"""Each with the scenario that shows what is wrong with it."""


@pytest.mark.parametrize("variant", KNOWN_BAD_VARIANTS)
def test_known_bad_erasure_variants_are_caught(variant: type[ErasureRepository]) -> None:
    found = counterexample(scenarios(variant)[KNOWN_BAD_VARIANTS[variant]])

    assert found is not None
    print(f"{variant.__name__}: {found}")


def test_a_variant_that_checks_used_ids_before_the_pseudonym_is_caught() -> None:
    bad = scenarios(consent_event_work=consent_event_work_checking_used_ids_first)

    found = counterexample(bad["her grant is delivered again while she is erased"])

    assert found is not None
    print(found)


def counterexample(scenario: Scenario) -> Violation | None:
    try:
        Explorer(scenario, FAULTS).schedules()
    except Violation as violation:
        return violation
    except ConflictingIdError:
        pass  # Nothing is stored under the old pseudonym, so the decision cannot match the people.
    return None
