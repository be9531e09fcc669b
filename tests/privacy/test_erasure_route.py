"""The erasure route: afterwards no stored byte and no response identifies the person."""

import hashlib
import json
from typing import Any

import pytest

from consentry.kernel.ids import token
from tests.testkit.api.data_sets import screened
from tests.testkit.api.fixtures import TUNE, Customer
from tests.testkit.api.identifier_traces import all_stored_bytes, traces_of

PERSON = "ana"
CANARY = "ana.okonkwo-4711@acme.example"


def busy(customer: Customer, person: str) -> None:
    """The person grants, withdraws, is in decisions and a screening; a message that names them fails."""
    grant = {"consent_event_id": "grant-1", "party": {"person": person}, "kind": "grant"}
    text = {"text": "May we?", "locale": "en"}
    scope = {"uses": [TUNE], "data": ["customer_content"]}
    form = customer.send("POST", f"{customer.path}/forms", text | scope).body["form_id"]
    signed = grant | scope | {"form_id": form, "signature": "click"}
    customer.send("POST", f"{customer.path}/consent-events", signed)
    people = [{"person": person, "role": "host"}]
    customer.send("POST", "/decisions", customer.request("r1", people=people))
    customer.send("GET", f"{customer.path}/consent?person={person}")
    data_set = screened(customer, person, "ben")
    customer.withdraws(person)
    customer.send("POST", "/decisions", customer.request("r2", people=people))
    customer.cloud.send_message({"request_id": "r3", "people": people}, "RequestQueue")
    customer.cloud.deliver()
    marked = customer.send("GET", f"{customer.path}/data-sets/{data_set}")
    assert (marked.status, marked.body["status"]) == (200, "tainted")


def erased(customer: Customer, person: str, erasure_id: str = "e1") -> Any:
    body = {"erasure_id": erasure_id, "party": {"person": person}}
    return customer.send("POST", f"{customer.path}/erasures", body)


@pytest.mark.promise(9)
def test_no_stored_byte_identifies_an_erased_person(
    acme: Customer, capfd: pytest.CaptureFixture[str]
) -> None:
    acme.grants()
    busy(acme, CANARY)

    answer = erased(acme, CANARY)
    acme.cloud.deliver()
    acme.send("POST", "/decisions", acme.request("r1", people=[{"person": CANARY, "role": "host"}]))

    printed = capfd.readouterr()
    stored = all_stored_bytes(acme.cloud, dead_letters=False) + (printed.out + printed.err).encode()
    assert answer.status == 200
    assert CANARY not in json.dumps(answer.body)
    assert [
        each for each in (b"/people-", b"permit.jwt", b"#withdrawals#") if each not in stored
    ] == []
    assert [each for each in traces_of(CANARY, acme.id) if each in stored] == []
    # The failed message is still in the dead-letter queue, as the response says.
    assert [each.body for each in acme.cloud.dead_letters() if CANARY in each.body] != []


def prefixed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


@pytest.mark.parametrize(
    "seeded",
    [
        pytest.param(hashlib.sha256(CANARY.encode()).hexdigest(), id="a digest"),
        pytest.param(hashlib.sha256(f"a#{CANARY}".encode()).hexdigest(), id="with the customer"),
        pytest.param(token(hashlib.sha256(f"a~{CANARY}".encode()).digest()), id="cut short"),
        pytest.param(prefixed(f"a#{CANARY}"), id="bytes of it in a file"),
    ],
)
def test_the_identifier_search_finds_seeded_identifiers(
    acme: Customer, seeded: str | bytes
) -> None:
    dynamodb = acme.cloud.client("dynamodb")
    table = next(name for name in dynamodb.list_tables()["TableNames"] if "KeyTable" in name)
    value = {"B": b"before" + seeded + b"after"} if isinstance(seeded, bytes) else {"S": seeded}
    key = {"pk": {"S": "seeded"}, "sk": {"S": "seeded"}}
    dynamodb.put_item(TableName=table, Item=key | {"retained": value})

    stored = all_stored_bytes(acme.cloud, dead_letters=False)
    found = [each for each in traces_of(CANARY, "a") if each in stored]

    dynamodb.delete_item(TableName=table, Key=key)
    assert found != []


def test_the_erasure_response_lists_the_retained_data(acme: Customer) -> None:
    answer = erased(acme, PERSON)

    assert answer.status == 200
    assert (answer.body["erasure_id"], len(answer.body["retained"])) == ("e1", 12)
    assert any(each["until"] for each in answer.body["retained"])


def test_an_erased_event_is_gone_and_a_new_event_is_accepted(acme: Customer) -> None:
    refusal = {"consent_event_id": "a", "party": {"person": PERSON}, "kind": "refusal"}
    refusal |= {"uses": "all", "data": "all"}
    events = f"{acme.path}/consent-events"
    acme.send("POST", events, refusal)
    erased(acme, PERSON)

    late = acme.send("POST", events, refusal)
    new = acme.send("POST", events, refusal | {"consent_event_id": "b"})

    assert (late.status, late.body["error"], late.body["field"]) == (
        410,
        "erased",
        "consent_event_id",
    )
    assert new.status == 201


def test_the_erasure_route_forbids_another_customers_people(
    acme: Customer, globex: Customer
) -> None:
    answer = acme.send(
        "POST", f"{acme.path}/erasures", {"party": {"person": PERSON}}, globex.claims()
    )

    assert answer.status == 403


@pytest.mark.promise(7)
def test_a_customer_sees_the_same_whatever_another_customer_erases(
    acme: Customer, globex: Customer
) -> None:
    """Two runs: in the second, another customer erases people with the same ids before, between and after."""

    def responses(customer: Customer, other: Customer | None) -> list[str]:
        if other:
            erased(other, "ana")
        customer.grants()
        seen = [customer.send("POST", "/decisions", customer.request("r1")).body["outcome"]]
        customer.withdraws("ben")
        if other:
            erased(other, "ben")
            other.send("POST", "/decisions", other.request("r1"))
        seen.append(customer.send("POST", "/decisions", customer.request("r1")).body["outcome"])
        shown = customer.send("GET", f"{customer.path}/consent?person=ben").body
        seen.append(json.dumps([shown["version"], shown["statuses"]]))
        seen.append(str(erased(customer, "ben").body["retained"][0]))
        return [each.replace(customer.id, "customer") for each in seen]

    alone = responses(Customer(acme.cloud, f"{acme.id}-alone"), None)

    assert responses(acme, globex) == alone
    assert alone[:2] == ["allow", "deny"]
