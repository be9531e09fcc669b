"""The cost tables of infra/README.md are what `make costs` counts, and within the stated bounds."""

from functools import cache
from pathlib import Path

import pytest

from tests.project import costs
from tests.testkit.campaign import CAMPAIGN

README = Path(__file__).parents[2] / "infra" / "README.md"
SIZES = costs.PEOPLE if CAMPAIGN else (0, 3)


@cache
def decision_costs(people: int) -> dict[str, costs.Cost]:
    return dict(costs.decision_costs(people))


@pytest.mark.parametrize("people", SIZES)
def test_a_decision_costs_what_the_page_says(people: int) -> None:
    for outcome, cost in decision_costs(people).items():
        assert costs.decision_line(people, outcome, cost) in README.read_text("utf-8")


def test_other_costs_are_those_of_the_page() -> None:
    page = README.read_text("utf-8")

    for line in costs.lines_by_million(decision_costs(3)["allow"]):
        assert line in page


@pytest.mark.campaign
def test_a_denial_of_300_unknown_people_and_a_propagation_cost_what_the_page_says() -> None:
    page = README.read_text("utf-8")

    assert costs.decision_line(300, *costs.denial_of_unknown_people()) in page
    assert costs.propagation_line() in page


def test_a_decision_on_three_people_is_within_its_bounds() -> None:
    found = decision_costs(3)

    assert found["allow"].write_unit_equivalents <= 9
    assert found["deny"].write_unit_equivalents <= 7


@pytest.mark.campaign
@pytest.mark.parametrize("outcome", ["allow", "deny"])
def test_more_people_never_cost_less(outcome: str) -> None:
    dollars = [decision_costs(people)[outcome].dollars for people in costs.PEOPLE[1:]]

    assert dollars == sorted(dollars)
