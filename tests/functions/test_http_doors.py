"""The HTTP doors: what they answer, and what they refuse and how."""

import pytest

from tests.functions.conftest import TUNE, Customer


def test_a_denial_names_its_rule_and_what_would_change_it(acme: Customer) -> None:
    answer = acme.send("POST", "/decisions", acme.request("r1"))

    assert answer.status == 200
    assert (answer.body["decision"], answer.body["outcome"]) == (False, "deny")
    assert answer.body["reasons"][0]["rules"] == ["announced.content-needs-consent"]
    assert answer.body["needs"] == ["needs the customer's consent to fine_tune for meeting_summary"]
    assert answer.body["expires_at"] is None


def test_a_grant_turns_a_denial_into_an_allow_and_a_withdrawal_turns_it_back(
    acme: Customer,
) -> None:
    acme.grants()
    allowed = acme.send("POST", "/decisions", acme.request("r1"))

    acme.withdraws("ben")
    redelivered = acme.send("POST", "/decisions", acme.request("r1"))
    anew = acme.send("POST", "/decisions", acme.request("r2"))

    assert allowed.body["outcome"] == "allow"
    assert allowed.body["expires_at"] > allowed.body["at"]
    assert (redelivered.body["outcome"], redelivered.body["revision"]) == ("deny", 2)
    assert redelivered.body["decision_id"] == allowed.body["decision_id"]
    assert anew.body["reasons"][0]["rules"] == ["house.nobody-who-refused"]


def test_the_same_request_twice_is_one_decision(acme: Customer) -> None:
    acme.grants()

    first = acme.send("POST", "/decisions", acme.request("r1"))
    second = acme.send("POST", "/decisions", acme.request("r1"))

    assert first == second
    assert len(acme.decisions()) == 1


def test_the_same_id_with_another_body_is_a_conflict(acme: Customer) -> None:
    acme.send("POST", "/decisions", acme.request("r1"))

    other = acme.send("POST", "/decisions", acme.request("r1", data=["service_generated"]))

    assert (other.status, other.body["error"], other.body["field"]) == (
        409,
        "conflicting_id",
        "request_id",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"data": []}, "data", id="no data"),
        pytest.param({"data": ["audio"]}, "data.0", id="no category"),
        pytest.param({"use": {"operation": "train"}}, "use.operation", id="no operation"),
        pytest.param({"customer": "a#b"}, "customer", id="a delimiter in an id"),
        pytest.param({"customer": "ac\u00adme"}, "customer", id="a soft hyphen in an id"),
        pytest.param({"collected": {"at": 0, "by_service": "general"}}, "collected.at", id="epoch"),
        pytest.param(
            {"collected": {"at": "2999-01-01T00:00:00Z", "by_service": "general"}},
            "collected.at",
            id="collected in the future",
        ),
        pytest.param({"people": [{"person": "a", "role": "x"}]}, "people.0.role", id="no role"),
        pytest.param({"consent": True}, "body", id="a word on consent"),
        pytest.param({"at": "2023-01-01T00:00:00Z"}, "body", id="the caller's clock"),
    ],
)
def test_a_request_out_of_contract_is_refused_by_the_field(
    acme: Customer, changes: dict[str, object], field: str
) -> None:
    claims = {"sub": "pipeline", "consentry_customers": "*"}

    answer = acme.send("POST", "/decisions", acme.request("r1") | changes, claims)

    assert (answer.status, answer.body["error"], answer.body["field"]) == (422, "malformed", field)
    assert acme.decisions() == []


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        pytest.param({}, 403, id="no claims of ours"),
        pytest.param({"sub": "admin"}, 403, id="no customers"),
        pytest.param({"sub": "admin", "consentry_customers": ""}, 403, id="an empty list"),
        pytest.param({"sub": "admin", "consentry_customers": "globex"}, 403, id="another's"),
        pytest.param({"sub": "", "consentry_customers": "*"}, 403, id="nobody"),
        pytest.param({"sub": "pipeline", "consentry_customers": "*"}, 200, id="the operator's own"),
    ],
)
def test_the_identity_says_which_customers_may_be_named(
    acme: Customer, claims: dict[str, str], status: int
) -> None:
    answer = acme.send("POST", "/decisions", acme.request("r1"), claims)

    assert answer.status == status


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
def test_nothing_of_another_customer_is_shown(acme: Customer, globex: Customer, path: str) -> None:
    globex.send("POST", "/decisions", globex.request("r1"))

    answer = acme.send("GET", path.format(other=globex.id))

    assert (answer.status, answer.body["error"]) == (403, "foreign_customer")


def test_a_page_of_one_customer_never_opens_anothers(acme: Customer, globex: Customer) -> None:
    for each in ("r1", "r2"):
        globex.send("POST", "/decisions", globex.request(each))
    theirs = globex.send("GET", f"/decisions?customer={globex.id}&limit=1").body["next_page"]

    answer = acme.send("GET", f"/decisions?customer={acme.id}&page={theirs}")

    assert (answer.status, answer.body["field"]) == (422, "page")


def test_decisions_are_listed_by_outcome_and_page_by_page(acme: Customer) -> None:
    for place in range(3):
        acme.send("POST", "/decisions", acme.request(f"deny-{place}"))
    acme.send("POST", "/decisions", acme.request("allow", data=["service_generated"]))

    first = acme.send("GET", f"/decisions?customer={acme.id}&outcome=deny&limit=2").body
    path = f"/decisions?customer={acme.id}&outcome=deny&limit=2&page={first['next_page']}"
    second = acme.send("GET", path).body

    found = [d["asked"]["decision_id"] for d in first["decisions"] + second["decisions"]]
    assert (len(found), len(set(found)), second["next_page"]) == (3, 3, None)


def test_the_uses_of_a_customers_data_say_what_was_asked_and_why(acme: Customer) -> None:
    for place in range(2):
        acme.send("POST", "/decisions", acme.request(f"r{place}"))

    (use,) = acme.send("GET", f"/customers/{acme.id}/uses").body["uses"]

    assert (use["operation"], use["model_owner"], use["outcome"]) == (
        "fine_tune",
        "first_party",
        "deny",
    )
    assert (use["times"], use["rules"]) == (2, ["announced.content-needs-consent"])


def test_an_unsigned_opt_in_never_comes_to_granted(acme: Customer) -> None:
    infer = {"operation": "infer", "service": "meeting_summary"}
    form = acme.send("POST", "/forms", {"customer": acme.id, "text": "?", "locale": "en"}).body
    act = {"act_id": "a", "customer": acme.id, "kind": "grant", "uses": [infer]}

    unsigned = acme.send("POST", "/consents", act | {"data": ["customer_content"]} | form)
    asked = acme.send("POST", "/decisions", acme.request("r1", use=infer))

    assert [each["standing"] for each in unsigned.body["standings"]] == ["deemed"]
    assert asked.body["reasons"][0]["rules"] == ["announced.features-opt-in"]


@pytest.mark.parametrize(
    ("path", "act", "error"),
    [
        ("/consents", {"kind": "withdraw"}, "malformed"),
        ("/consents/withdraw", {"kind": "refuse"}, "malformed"),
        ("/consents", {"kind": "grant", "form": "0" * 64}, "unknown_form"),
        ("/consents", {"kind": "grant", "uses": "all"}, "malformed"),
        ("/consents", {"kind": "refuse", "until": "2030-01-01T00:00:00Z"}, "malformed"),
    ],
)
def test_an_act_out_of_contract_is_refused(
    acme: Customer, path: str, act: dict[str, str], error: str
) -> None:
    whole = {"act_id": "a", "customer": acme.id, "uses": [TUNE], "data": ["customer_content"]}

    answer = acme.send("POST", path, whole | act)

    assert (answer.status, answer.body["error"]) == (422, error)
    assert acme.send("GET", f"/consents/{acme.id}").body["acts"] == []


def test_a_form_registered_twice_is_one_form_and_cannot_change_what_it_covers(
    acme: Customer,
) -> None:
    form = {"customer": acme.id, "text": "May we?", "locale": "en"}
    first = acme.send("POST", "/forms", form)

    again = acme.send("POST", "/forms", form)
    widened = acme.send("POST", "/forms", form | {"covers_earlier": True})

    assert first == again
    assert (widened.status, widened.body["error"]) == (409, "conflicting_id")


def test_a_route_that_is_not_there_is_told_in_the_same_shape(acme: Customer) -> None:
    event = {"version": "2.0", "rawPath": "/nowhere", "headers": {}, "requestContext": {}}
    event["requestContext"] = {"http": {"method": "GET", "path": "/nowhere"}, "stage": "$default"}

    answer = acme.cloud.invoke("DecideApiFunction", event)

    assert answer.payload["statusCode"] == 404
