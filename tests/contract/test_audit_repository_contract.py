"""The contract of the decision log's queries, over the fake DynamoDB and moto."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, use_request


def listed(deps: FakeDependencies, **changed: Any) -> list[tuple[str, str]]:
    query = {"limit": 2, "page": None} | changed
    found: list[tuple[str, str]] = []
    while True:
        page = deps.decisions.list(ACME, **query)
        assert len(page.decisions) <= query["limit"]
        found += [(d.decision_id, str(d.outcome)) for d in page.decisions]
        if page.next_page is None:
            return found
        query["page"] = page.next_page


def test_a_customers_decisions_are_listed_oldest_first_page_by_page(deps: FakeDependencies) -> None:
    deps.grant()
    ids = [deps.decide(use_request(f"r{n}"), at=NOW + n * SECOND).decision_id for n in (3, 1, 2)]
    deps.decide(use_request("elsewhere", customer="other"))

    assert listed(deps) == [(ids[index], "allow") for index in (1, 2, 0)]
    assert listed(deps, since=NOW + 2 * SECOND) == [(ids[index], "allow") for index in (2, 0)]


def test_decisions_are_filtered_by_outcome(deps: FakeDependencies) -> None:
    deps.decide(use_request("denied"))
    deps.grant()
    deps.decide(use_request("allowed"), at=NOW + SECOND)

    assert [outcome for _, outcome in listed(deps, outcome="deny")] == ["deny"]
    assert [outcome for _, outcome in listed(deps, outcome="allow")] == ["allow"]
    assert [outcome for _, outcome in listed(deps)] == ["deny", "allow"]


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "page",
    [
        "",
        "!!!",
        "é",
        forged("null"),
        forged("[" * 5_000),
        forged('{"pk": {"S": "acme#x"}}'),
        forged('{"pk": {"S": "globex#x"}, "sk": {"S": "revision#0001"}}'),
        forged("2026-03-01T12:00:00.000000+00:00#" + "a" * 25 + "#0001"),
    ],
    ids=["empty", "no base64", "no ascii", "null", "deep", "half a key", "another's", "short"],
)
def test_an_invalid_page_token_is_rejected(deps: FakeDependencies, page: str) -> None:
    with pytest.raises(InvalidRequestError) as rejected:
        deps.decisions.list(ACME, limit=2, page=page)

    assert rejected.value.field == "page"


@pytest.mark.promise(7)
def test_a_page_token_never_opens_another_customers_page(deps: FakeDependencies) -> None:
    for number in range(3):
        deps.decide(use_request(f"r{number}"), at=NOW + number * SECOND)
        deps.decide(use_request(f"r{number}", customer="globex"), at=NOW + number * SECOND)
    acmes = deps.decisions.list(ACME, limit=2, page=None)

    globexs = deps.decisions.list("globex", limit=2, page=acmes.next_page)

    assert {each.request_record.customer for each in globexs.decisions} == {"globex"}
