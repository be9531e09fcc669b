"""POST /erasures: afterwards no byte that Consentry keeps or says tells who the person was."""

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.fakes.screenings import FIELDS, row
from tests.functions.conftest import TUNE, Customer

PERSON = "ana"
CANARY = "ana.okonkwo-4711@acme.example"


def traces_of(person: str) -> list[bytes]:
    """The id, and what anybody could compute from it without a key."""
    plain = person.encode()
    digests = [
        hashlib.new(name, plain, usedforsecurity=False).digest()
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256")
    ]
    found = [plain, plain.hex().encode(), plain[::-1]]
    for each in (plain, *digests):
        found += [each, repr(each)[2:-1].encode(), each.hex().encode(), each.hex().upper().encode()]
        encodings = (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode)
        found += [encode(each).rstrip(b"=") for encode in encodings]
        found.append(base64.b32encode(each).rstrip(b"=").lower()[:26])
    return found


def everything(customer: Customer) -> bytes:
    """All tables, queues, log streams and objects of Consentry's own wording, and what every door said."""
    cloud, said = customer.cloud, list[Any]()
    dynamodb, s3, logs = (cloud.client(name) for name in ("dynamodb", "s3", "logs"))
    said += [dynamodb.scan(TableName=name) for name in dynamodb.list_tables()["TableNames"]]
    said += [letter.body for letter in cloud.dead_letters()]
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        said += logs.filter_log_events(logGroupName=name)["events"]
        said += logs.describe_log_streams(logGroupName=name)["logStreams"]
    for bucket in s3.list_buckets()["Buckets"]:
        for version in s3.list_object_versions(Bucket=bucket["Name"]).get("Versions", []):
            said.append(version["Key"])
            if not is_the_customers_own(version["Key"]):
                place = {"Bucket": bucket["Name"], "Key": version["Key"]}
                found = s3.get_object(**place, VersionId=version["VersionId"])
                said.append(found["Body"].read())
    said += [(one.log, one.answer, one.error) for one in cloud.trace]
    return repr(said).encode()


def is_the_customers_own(key: str) -> bool:
    """Whether an object is a manifest, or rows of one as they were: the customer's to remove."""
    rows = ("admitted", "refused", "undetermined")
    return "/manifests/" in key or key.rpartition("/")[2].startswith(rows)


def busy(customer: Customer, person: str) -> None:
    """The person acts, is decided on and screened; a message about them fails."""
    signed = {"act_id": "grant-1", "customer": customer.id, "person": person, "kind": "grant"}
    shown = {"customer": customer.id, "text": "May we?", "locale": "en"}
    asks = {"uses": [TUNE], "data": ["customer_content"]}
    form = customer.send("POST", "/forms", shown | asks).body["form"]
    customer.send("POST", "/consents", signed | asks | {"form": form, "signature": "click"})
    people = [{"person": person, "role": "host"}]
    customer.send("POST", "/decisions", customer.request("r1", people=people))
    customer.send("GET", f"/consents/{customer.id}/{person}")
    customer.withdraws(person)
    customer.send("POST", "/decisions", customer.request("r2", people=people))
    place = {"key": f"{customer.id}/manifests/m.jsonl", "format": "jsonl"}
    request = {"request_id": "s1", "customer": customer.id, "use": TUNE, "manifest": place}
    request |= {"model_owner": "first_party", "declared_by": "curation", "fields": FIELDS}
    customer.cloud.put_object(place["key"], row(person))
    customer.cloud.put_object(f"{customer.id}/requests/s1.json", json.dumps(request).encode())
    customer.cloud.deliver()


def erased(customer: Customer, person: str, erasure_id: str = "e1") -> Any:
    body = {"erasure_id": erasure_id, "customer": customer.id, "person": person}
    return customer.send("POST", "/erasures", body)


def test_no_byte_tells_who_was_erased(acme: Customer, capfd: pytest.CaptureFixture[str]) -> None:
    acme.grants()
    busy(acme, CANARY)

    answer = erased(acme, CANARY)
    acme.send("POST", "/decisions", acme.request("r1", people=[{"person": CANARY, "role": "host"}]))

    printed = capfd.readouterr()
    kept = everything(acme) + (printed.out + printed.err).encode()
    assert answer.status == 200
    assert CANARY not in json.dumps(answer.body)
    assert len(kept) > 10_000
    assert [each for each in traces_of(CANARY) if each in kept] == []


def test_the_search_would_find_what_must_not_be_there(acme: Customer) -> None:
    keys = acme.cloud.client("dynamodb")
    table = next(name for name in keys.list_tables()["TableNames"] if "KeyTable" in name)
    unkeyed = hashlib.sha256(CANARY.encode()).hexdigest()
    item = {"pk": {"S": unkeyed}, "sk": {"S": "seeded"}}
    keys.put_item(TableName=table, Item=item)

    found = [each for each in traces_of(CANARY) if each in everything(acme)]

    keys.delete_item(TableName=table, Key=item)
    assert found == [unkeyed.encode()]


def test_an_erasure_says_what_it_does_not_reach(acme: Customer) -> None:
    answer = erased(acme, PERSON)

    assert answer.status == 200
    assert (answer.body["erasure_id"], len(answer.body["kept"])) == ("e1", 6)
    assert any(each["until"] for each in answer.body["kept"])


def test_an_act_that_was_erased_is_gone_and_a_new_one_is_kept(acme: Customer) -> None:
    act = {"act_id": "a", "customer": acme.id, "person": PERSON, "kind": "refuse"}
    act |= {"uses": "all", "data": "all"}
    acme.send("POST", "/consents", act)
    erased(acme, PERSON)

    late = acme.send("POST", "/consents", act)
    new = acme.send("POST", "/consents", act | {"act_id": "b"})

    assert (late.status, late.body["error"], late.body["field"]) == (410, "erased", "act_id")
    assert new.status == 200


def test_nobody_erases_another_customers_people(acme: Customer, globex: Customer) -> None:
    body = {"customer": acme.id, "person": PERSON}

    answer = acme.send("POST", "/erasures", body, globex.claims())

    assert answer.status == 403


def test_a_customer_sees_the_same_whatever_another_erases(acme: Customer, globex: Customer) -> None:
    """The two-run test: the same people of another customer are erased before, between and after."""

    def story(customer: Customer, other: Customer | None) -> list[str]:
        if other:
            erased(other, "ana")
        customer.grants()
        seen = [customer.send("POST", "/decisions", customer.request("r1")).body["outcome"]]
        customer.withdraws("ben")
        if other:
            erased(other, "ben")
            other.send("POST", "/decisions", other.request("r1"))
        seen.append(customer.send("POST", "/decisions", customer.request("r1")).body["outcome"])
        shown = customer.send("GET", f"/consents/{customer.id}/ben").body
        seen.append(json.dumps([shown["version"], shown["standings"]]))
        seen.append(str(erased(customer, "ben").body["kept"][0]))
        return [each.replace(customer.id, "customer") for each in seen]

    alone = story(Customer(acme.cloud, f"{acme.id}-alone"), None)

    assert story(acme, globex) == alone
    assert alone[:2] == ["allow", "deny"]
