"""Outputs of screenings lie under their SHA-256; nobody overwrites or deletes them."""

import hashlib
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.policy_evaluation import denies
from tests.testkit.api.fixtures import function
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies
from tests.testkit.builders.issued_permits import withdraws
from tests.testkit.builders.screenings import ScreeningDriver, row, screening

FILE = "acme/screenings/abc/files/0f/admitted.jsonl"
CONDITIONAL = {"s3:if-none-match": "*"}


@pytest.fixture
def driver(deps: FakeDependencies) -> ScreeningDriver:
    return ScreeningDriver(deps)


def test_each_output_lies_under_the_sha256_of_its_content(driver: ScreeningDriver) -> None:
    driver.put([row("ann"), row("bob")])

    decision = driver.screen()

    for name, output in decision.outputs.items():
        content = driver.store.objects[output.key]
        _, prefix, file = output.key.rsplit("/", 2)
        assert prefix == output.sha256 == hashlib.sha256(content).hexdigest()
        assert file.startswith(name)
        assert output.key.split("/")[-3] == "files"


def test_another_result_of_the_same_request_overwrites_no_output(driver: ScreeningDriver) -> None:
    driver.put([row("ann"), row("bob")])
    first = driver.screen()
    before = dict(driver.store.objects)

    withdraws(driver.deps, "bob")
    driver.screen(screening(request_id="again"), at=NOW + SECOND)
    driver.screen(at=NOW + SECOND)

    for output in first.outputs.values():
        assert driver.store.objects[output.key] == before[output.key]


def denied(cloud: Emulator, principal: str, action: str, key: str, **context: str) -> bool:
    bucket = f"arn:aws:s3:::{cloud.wiring.buckets['ScreeningBucket']}"
    known = {"aws:PrincipalArn": principal, "aws:SecureTransport": "true"} | context
    return denies(cloud.wiring.resource_policies[bucket], action, f"{bucket}/{key}", known)


def test_only_the_screening_role_writes_below_screenings(cloud: Emulator) -> None:
    screening_role = function(cloud, "ScreeningObjectCreatedFunction").role.arn
    others = {each.role.arn for each in cloud.wiring.functions.values()} - {screening_role}
    others |= {"arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/admin"}

    for key in (FILE, "acme/screenings/abc/report.json", "acme/screenings/abc/permit.jwt"):
        assert all(denied(cloud, arn, "s3:PutObject", key, **CONDITIONAL) for arn in others)
        assert not denied(cloud, screening_role, "s3:PutObject", key, **CONDITIONAL)
    assert not denied(cloud, "arn:aws:iam::1:role/x", "s3:PutObject", "acme/manifests/m.jsonl")


@pytest.mark.parametrize(
    ("action", "context"),
    [
        ("s3:PutObject", {}),
        ("s3:DeleteObject", {}),
        ("s3:DeleteObjectVersion", {}),
        ("s3:PutObjectTagging", {}),
    ],
    ids=["overwrite", "delete", "delete a version", "tag for expiry"],
)
def test_nobody_overwrites_or_deletes_an_output(
    cloud: Emulator, action: str, context: dict[str, Any]
) -> None:
    role = function(cloud, "ScreeningObjectCreatedFunction").role.arn

    for principal in (role, "arn:aws:iam::123456789012:root"):
        assert denied(cloud, principal, action, FILE, **context)
