"""A person is erased at any moment of a decision or an act: nothing gone is decided on, and no act is lost."""

import pytest

from consentry.consent import items as dynamodb_items
from consentry.consent import record_consent
from consentry.decisions import decide
from consentry.kernel.errors import ConflictingIdError
from consentry.privacy import erase_person
from consentry.privacy.dynamodb import ErasureRepository
from tests.fakes.erasures import (
    ActFirst,
    ActsAlone,
    NameFirst,
    NeverClosed,
    NothingStays,
    TokensLast,
)
from tests.fakes.interleaving import Explorer, Violation
from tests.fakes.situations import Scenario
from tests.flows.erasure_scenarios import acting_by_a_token_asked_first, scenarios

FAULTS = 1


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tries more than twice, so that a wait does not multiply the schedules."""
    monkeypatch.setattr(record_consent, "ATTEMPTS", 2)
    monkeypatch.setattr(erase_person, "ATTEMPTS", 2)


@pytest.fixture(params=["by versions", "by epochs"])
def fenced(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by epochs":
        monkeypatch.setattr(decide, "MOST_CHECKED_ONE_BY_ONE", 1)
        monkeypatch.setattr(dynamodb_items, "EPOCHS", 2)


@pytest.mark.usefixtures("fenced")
@pytest.mark.parametrize("story", scenarios())
def test_no_schedule_allows_on_what_is_gone_or_loses_an_act_from_sight(story: str) -> None:
    # Two erasures at once have the most steps of all; each alone is explored with faults.
    explorer = Explorer(scenarios()[story], 0 if "twice" in story else FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules, {len(explorer.judged):,} situations")
    assert count > len(explorer.judged) > 100


TWINS = {
    NameFirst: "she grants anew while she is erased",
    NothingStays: "she grants anew while she is erased",
    NeverClosed: "a request while she is erased",
    ActFirst: "her grant is delivered again while she is erased",
    TokensLast: "her grant is delivered again while she is erased",
    ActsAlone: "her erasure is delivered again after another and a new grant",
}
"""Each with a story that shows what is wrong with it."""


@pytest.mark.parametrize("twin", TWINS)
def test_a_vulnerable_twin_is_caught(twin: type[ErasureRepository]) -> None:
    found = counterexample(scenarios(twin)[TWINS[twin]])

    assert found is not None
    print(f"{twin.__name__}: {found}")


def test_an_act_that_asks_for_tokens_before_its_name_is_caught() -> None:
    stories = scenarios(acting=acting_by_a_token_asked_first)

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
