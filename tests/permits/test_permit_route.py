"""The redeem route, as a training pipeline uses it: redeemed, or rejected with a reason."""

from datetime import datetime
from typing import Any

import pytest

from tests.testkit.api.canaries import CANARY
from tests.testkit.api.fixtures import TUNE, Customer
from tests.testkit.api.permits import PermitApiDriver, screened
from tests.testkit.scopes import EVERY_SCOPE


@pytest.fixture
def permitted(acme: Customer) -> PermitApiDriver:
    return screened(acme)


def test_redeeming_a_permit_returns_the_latest_start_time(permitted: PermitApiDriver) -> None:
    first, again = permitted.redeem(), permitted.redeem()

    assert first.status == 201
    assert first.body["run_id"] == "run-1"
    assert first.body["permit_id"] == permitted.id
    assert first.body["decision_id"] == permitted.report["decision_id"]
    at, until = (datetime.fromisoformat(first.body[name]) for name in ("at", "until"))
    assert at < until <= datetime.fromisoformat(permitted.report["expires_at"])
    assert again == first


def test_a_permit_id_may_be_percent_encoded(permitted: PermitApiDriver) -> None:
    assert permitted.redeem(id=permitted.id.replace("~", "%7E")).status == 201


@pytest.mark.parametrize(
    ("changed", "status", "error", "field"),
    [
        ({"permit": "e30.e30.e30"}, 403, "invalid_permit_signature", "permit"),
        ({"permit": "p" * 8193}, 422, "invalid_request", "permit"),
        ({"permit": None}, 422, "invalid_request", "permit"),
        ({"admitted": "0" * 64}, 409, "mismatched_permit", "admitted"),
        ({"admitted": "A" * 64}, 422, "invalid_request", "admitted"),
        ({"use": {"operation": "pretrain", "service": "general"}}, 409, "mismatched_permit", "use"),
        ({"model_owner": "third_party"}, 409, "mismatched_permit", "model_owner"),
        ({"consented": True}, 422, "invalid_request", "body"),
        ({"run": "../run"}, 422, "invalid_request", "run_id"),
        ({"id": "~"}, 404, "not_found", None),
        ({"id": "acme"}, 404, "not_found", None),
    ],
    ids=["forged", "long", "none", "another file", "no digest", "another use", "another owner",
         "more", "no id", "empty parts", "no permit's id"],
)  # fmt: skip
def test_each_mismatch_with_a_permit_gives_its_own_error(
    permitted: PermitApiDriver, changed: Any, status: int, error: str, field: str | None
) -> None:
    answer = permitted.redeem(**changed)

    assert (answer.status, answer.body["error"], answer.body["field"]) == (status, error, field)


def test_a_withdrawal_revokes_a_permit_for_every_run(permitted: PermitApiDriver) -> None:
    permitted.redeem()

    permitted.customer.withdraws("ann")

    for run in ("run-1", "run-2"):
        answer = permitted.redeem(run)
        assert (answer.status, answer.body["error"]) == (409, "revoked_permit")


@pytest.mark.promise(7)
def test_a_permit_id_of_another_customer_is_not_found_below_ones_own_path(
    permitted: PermitApiDriver, globex: Customer
) -> None:
    body = {"run_id": "r", "permit": "p", "admitted": "0" * 64, "use": TUNE}
    claims = {"sub": "operator", "consentry_customers": "*", "scope": "consentry/redeem"}

    answer = globex.send(
        "POST",
        f"{globex.path}/permits/{permitted.id}/redeem",
        body | {"model_owner": "first_party"},
        claims,
    )

    assert (answer.status, answer.body["error"]) == (404, "not_found")


@pytest.mark.promise(7)
def test_another_customers_permit_is_forbidden_whether_it_exists_or_not(
    permitted: PermitApiDriver, globex: Customer
) -> None:
    there = permitted.redeem(claims=globex.claims())
    nowhere = permitted.redeem(claims=globex.claims(), id=f"{permitted.customer.id}~none")

    assert there == nowhere
    assert there.status == 403


@pytest.mark.parametrize("written", ["{}~none", "{}%23{}"], ids=["none", "another delimiter"])
def test_an_unknown_permit_is_not_found(permitted: PermitApiDriver, written: str) -> None:
    customer, token = permitted.id.split("~")
    path = written.format(customer, token)

    answer = permitted.redeem(
        id=path, claims={"sub": "operator", "consentry_customers": "*", "scope": "consentry/redeem"}
    )

    assert (answer.status, answer.body["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    "subject", ["trainer", "auth0|5f7c", "arn:aws:iam::1:role/x", "-Zq", '"\\"']
)
def test_a_permit_is_redeemed_only_by_its_audience(acme: Customer, subject: str) -> None:
    permitted = screened(acme, audience=subject)
    claims = {"consentry_customers": acme.id, "scope": EVERY_SCOPE}

    other = permitted.redeem(claims=claims | {"sub": "admin"})
    trainer = permitted.redeem(claims=claims | {"sub": subject})

    assert (other.status, other.body["error"]) == (403, "forbidden_audience")
    assert trainer.status == 201


def test_two_customers_with_the_same_manifest_have_separate_permits(
    permitted: PermitApiDriver, globex: Customer
) -> None:
    theirs = screened(globex)

    taken = theirs.redeem(permit=permitted.permit)
    permitted.customer.withdraws("ann")

    assert taken.body["error"] == "invalid_permit_signature"
    assert theirs.redeem().status == 201


@pytest.mark.promise(9)
def test_permit_responses_and_logs_contain_no_direct_identifiers(
    permitted: PermitApiDriver, capfd: pytest.CaptureFixture[str]
) -> None:
    claims = {
        "sub": f"{CANARY}.admin",
        "consentry_customers": permitted.customer.id,
        "scope": EVERY_SCOPE,
    }
    answers = [
        permitted.redeem(claims=claims),
        permitted.redeem(claims=claims, permit=CANARY),
        permitted.redeem(claims=claims, use={"operation": CANARY, "service": CANARY}),
    ]

    printed = capfd.readouterr()
    logs = [each.log for each in permitted.customer.cloud.deliveries if hasattr(each, "log")]
    assert [answer.status for answer in answers] == [201, 403, 422]
    for text in (*map(str, answers), *logs, printed.out, printed.err):
        assert CANARY not in text


def test_a_redemption_is_read_at_its_location_and_listed(permitted: PermitApiDriver) -> None:
    customer = permitted.customer
    redeemed = permitted.redeem()
    permit = f"{customer.path}/permits/{permitted.id}"

    shown = customer.send("GET", f"{permit}/redemptions/run-1")
    listed = customer.send("GET", f"{permit}/redemptions")
    missing = customer.send("GET", f"{permit}/redemptions/run-2")

    assert (shown.status, shown.body) == (200, redeemed.body)
    assert listed.body == {"redemptions": [redeemed.body], "next_page": None}
    assert missing.status == 404


def test_a_permit_is_shown_and_listed_with_its_status_and_without_its_signature(
    permitted: PermitApiDriver, globex: Customer
) -> None:
    customer = permitted.customer
    before = customer.send("GET", f"{customer.path}/permits/{permitted.id}")
    customer.withdraws("ann")
    customer.cloud.deliver()
    after = customer.send("GET", f"{customer.path}/permits/{permitted.id}")
    listed = customer.send("GET", f"{customer.path}/permits")

    assert (before.status, before.body["status"]) == (200, "issued")
    assert (after.body["status"], after.body["revocation_reason"]) == (
        "revoked",
        "consent_withdrawn",
    )
    assert listed.body == {"permits": [after.body], "next_page": None}
    assert permitted.permit.rpartition(".")[2] not in str([before, after, listed])
    assert globex.send("GET", f"{globex.path}/permits").body["permits"] == []
