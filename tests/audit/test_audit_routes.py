"""The transparency door: a customer's decisions, page by page, and never another's."""

import pytest

from tests.testkit.api.fixtures import Customer


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    "path",
    [
        "/decisions?customer={other}",
        "/decisions/{other}~abcdefghijklmnopqrstuvwxyz",
        "/customers/{other}/uses",
        "/consents/{other}",
        "/consents/{other}/ana",
    ],
)
def test_decisions_of_another_customer_are_forbidden(
    acme: Customer, globex: Customer, path: str
) -> None:
    globex.send("POST", "/decisions", globex.request("r1"))

    answer = acme.send("GET", path.format(other=globex.id))

    assert (answer.status, answer.body["error"]) == (403, "forbidden_customer")


def test_the_decisions_route_ignores_another_customers_page_token(
    acme: Customer, globex: Customer
) -> None:
    for each in ("r1", "r2"):
        globex.send("POST", "/decisions", globex.request(each))
    theirs = globex.send("GET", f"/decisions?customer={globex.id}&limit=1").body["next_page"]

    answer = acme.send("GET", f"/decisions?customer={acme.id}&page={theirs}")

    assert (answer.status, answer.body["decisions"]) == (200, [])


def test_decisions_are_listed_by_outcome_and_page_by_page(acme: Customer) -> None:
    for place in range(3):
        acme.send("POST", "/decisions", acme.request(f"deny-{place}"))
    acme.send("POST", "/decisions", acme.request("allow", data=["service_generated"]))

    first = acme.send("GET", f"/decisions?customer={acme.id}&outcome=deny&limit=2").body
    path = f"/decisions?customer={acme.id}&outcome=deny&limit=2&page={first['next_page']}"
    second = acme.send("GET", path).body

    found = [d["request_record"]["decision_id"] for d in first["decisions"] + second["decisions"]]
    assert (len(found), len(set(found)), second["next_page"]) == (3, 3, None)


def test_the_uses_of_a_customers_data_give_requests_and_rules(acme: Customer) -> None:
    for place in range(2):
        acme.send("POST", "/decisions", acme.request(f"r{place}"))

    (use,) = acme.send("GET", f"/customers/{acme.id}/uses").body["uses"]

    assert (use["operation"], use["model_owner"], use["outcome"]) == (
        "fine_tune",
        "first_party",
        "deny",
    )
    assert (use["times"], use["rules"]) == (2, ["announced.content-needs-consent"])


def test_a_decision_is_shown_as_logged_and_an_unknown_one_is_not_found(
    acme: Customer,
) -> None:
    answer = acme.send("POST", "/decisions", acme.request("r1")).body

    shown = acme.send("GET", f"/decisions/{answer['decision_id']}")
    missing = acme.send("GET", f"/decisions/{acme.id}~abcdefghijklmnopqrstuvwxyz")

    assert [shown.body[name] for name in ("outcome", "at")] == [answer["outcome"], answer["at"]]
    assert (missing.status, missing.body["error"]) == (404, "not_found")
