"""The audit routes: a customer's decisions and uses, page by page, and never those of another customer."""

import pytest

from tests.testkit.api.fixtures import Customer


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    "path",
    [
        "decisions",
        "decisions/{other}~abcdefghijklmnopqrstuvwxyz",
        "uses",
        "consent?party=customer",
        "consent?person=ana",
        "forms",
        "keys",
        "permits",
        "data-sets",
        "data-sets/{other}~abcdefghijklmnopqrstuvwxyz/models",
        "permits/{other}~abcdefghijklmnopqrstuvwxyz/redemptions",
    ],
)
def test_decisions_of_another_customer_are_forbidden(
    acme: Customer, globex: Customer, path: str
) -> None:
    globex.send("POST", "/decisions", globex.request("r1"))

    answer = acme.send("GET", f"{globex.path}/{path.format(other=globex.id)}")

    assert (answer.status, answer.body["error"]) == (403, "forbidden_customer")


def test_the_decisions_route_ignores_another_customers_page_token(
    acme: Customer, globex: Customer
) -> None:
    for each in ("r1", "r2"):
        globex.send("POST", "/decisions", globex.request(each))
    theirs = globex.send("GET", f"{globex.path}/decisions?limit=1").body["next_page"]

    answer = acme.send("GET", f"{acme.path}/decisions?page={theirs}")

    assert (answer.status, answer.body["decisions"]) == (200, [])


def test_decisions_are_listed_by_outcome_and_page_by_page(acme: Customer) -> None:
    for number in range(3):
        acme.send("POST", "/decisions", acme.request(f"deny-{number}"))
    acme.send("POST", "/decisions", acme.request("allow", data=["service_generated"]))

    first = acme.send("GET", f"{acme.path}/decisions?outcome=deny&limit=2").body
    path = f"{acme.path}/decisions?outcome=deny&limit=2&page={first['next_page']}"
    second = acme.send("GET", path).body

    found = [d["request_record"]["decision_id"] for d in first["decisions"] + second["decisions"]]
    assert (len(found), len(set(found)), second["next_page"]) == (3, 3, None)


def test_the_uses_of_a_customers_data_give_requests_and_rules(acme: Customer) -> None:
    for number in range(2):
        acme.send("POST", "/decisions", acme.request(f"r{number}"))

    (use,) = acme.send("GET", f"{acme.path}/uses").body["uses"]

    assert (use["operation"], use["model_owner"], use["outcome"]) == (
        "fine_tune",
        "first_party",
        "deny",
    )
    assert (use["count"], use["rules"]) == (2, ["announced.content-needs-consent"])


def test_a_decision_is_shown_as_logged_and_an_unknown_one_is_not_found(
    acme: Customer,
) -> None:
    answer = acme.send("POST", "/decisions", acme.request("r1")).body

    shown = acme.send("GET", f"{acme.path}/decisions/{answer['decision_id']}")
    missing = acme.send("GET", f"{acme.path}/decisions/{acme.id}~abcdefghijklmnopqrstuvwxyz")

    assert [shown.body[name] for name in ("outcome", "at")] == [answer["outcome"], answer["at"]]
    assert (missing.status, missing.body["error"]) == (404, "not_found")


def test_an_id_of_another_customer_is_not_found_below_ones_own_path(
    acme: Customer, globex: Customer
) -> None:
    decided = globex.send("POST", "/decisions", globex.request("r1")).body["decision_id"]
    claims = {"sub": "operator", "consentry_customers": "*", "scope": "consentry/read"}

    for path in (
        f"decisions/{decided}",
        f"data-sets/{decided}",
        f"withdrawals/{globex.id}~customer~t",
    ):
        answer = acme.send("GET", f"{acme.path}/{path}", claims=claims)
        assert (answer.status, answer.body["error"]) == (404, "not_found")
