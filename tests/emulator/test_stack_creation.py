"""The resources of Consentry's template, as the emulator created them."""

import json
import re

import pytest

from consentry.screening.s3 import TEMPORARY
from consentry_cli.local_stack import TEMPLATE
from consentry_emulator.emulator import Emulator
from consentry_emulator.sam_transform import read_template

TABLES = [
    "ConsentTable",
    "DecisionTable",
    "KeyTable",
    "PermitTable",
    "DataSetTable",
]


def table_name(table: str) -> str:
    return f"consentry-local-Storage-{table}"


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_encrypted_recoverable_and_protected(consentry: Emulator, table: str) -> None:
    dynamodb = consentry.client("dynamodb")

    described = dynamodb.describe_table(TableName=table_name(table))["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=table_name(table))
    assert described["SSEDescription"]["Status"] == "ENABLED"
    assert described["DeletionProtectionEnabled"]
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_what_holds_data_is_retained_unless_the_deployment_that_creates_it_fails() -> None:
    templates = [TEMPLATE, *(TEMPLATE.parent / "infra/stacks").glob("*.yaml")]
    stateful = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"}

    resources = [
        (name, body)
        for template in templates
        for name, body in read_template(template)["Resources"].items()
    ]
    policies = {
        name: (body.get("DeletionPolicy"), body.get("UpdateReplacePolicy"))
        for name, body in resources
        if "DeletionPolicy" in body or body["Type"] in stateful
    }

    assert policies == dict.fromkeys(
        [*TABLES, "ScreeningBucket", "PermitKey", "Storage", "ScreeningBucketPolicy"],
        ("RetainExceptOnCreate", "Retain"),
    )


def test_decisions_have_their_two_indexes(consentry: Emulator) -> None:
    described = consentry.client("dynamodb").describe_table(TableName=table_name("DecisionTable"))

    indexes = described["Table"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {"by_time", "by_outcome"}


def test_the_bucket_is_private_versioned_and_notifies_eventbridge(consentry: Emulator) -> None:
    s3, bucket = consentry.client("s3"), consentry.outputs["ScreeningBucketName"]

    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert consentry.wiring.notifying_buckets == {bucket}


def test_temporary_objects_and_old_versions_expire(consentry: Emulator) -> None:
    s3, bucket = consentry.client("s3"), consentry.outputs["ScreeningBucketName"]

    temporary, old = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]

    key, value = TEMPORARY.split("=")
    assert temporary["Filter"]["And"]["Tags"] == [{"Key": key, "Value": value}]
    assert temporary["Expiration"]["Days"] == 2
    assert old["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    assert "Expiration" not in old


def test_every_trigger_of_the_template_is_wired(consentry: Emulator) -> None:
    wiring = consentry.wiring

    routes = {f"{route.method} {route.path}" for route in wiring.routes}
    assert routes == {
        "POST /decisions",
        "POST /customers/{customer}/decisions",
        "GET /customers/{customer}/decisions",
        "GET /customers/{customer}/decisions/{decision_id}",
        "GET /customers/{customer}/uses",
        "POST /customers/{customer}/consent-events",
        "POST /customers/{customer}/withdrawals",
        "GET /customers/{customer}/withdrawals/{withdrawal_id}",
        "GET /customers/{customer}/consent",
        "GET /customers/{customer}/similar-people",
        "GET /customers/{customer}/receipts/{party}/{consent_event_id}",
        "POST /customers/{customer}/forms",
        "GET /customers/{customer}/forms",
        "GET /customers/{customer}/forms/{form_id}",
        "POST /customers/{customer}/keys",
        "GET /customers/{customer}/keys",
        "GET /customers/{customer}/keys/{kid}",
        "POST /customers/{customer}/keys/{kid}/revoke",
        "GET /customers/{customer}/data-sets",
        "GET /customers/{customer}/data-sets/{data_set_id}",
        "GET /customers/{customer}/data-sets/{data_set_id}/models",
        "GET /customers/{customer}/data-sets/{data_set_id}/models/{model_id}",
        "POST /customers/{customer}/data-sets/{data_set_id}/models",
        "GET /customers/{customer}/permits",
        "GET /customers/{customer}/permits/{permit_id}",
        "GET /customers/{customer}/permits/{permit_id}/redemptions",
        "GET /customers/{customer}/permits/{permit_id}/redemptions/{run_id}",
        "POST /customers/{customer}/permits/{permit_id}/redeem",
        "POST /customers/{customer}/erasures",
    }
    assert {route.authorizer for route in wiring.routes} == {"Callers"}
    assert len(wiring.functions) == 14
    assert {rule.bus for rule in wiring.rules} == {"default", "consentry-local-data-use"}
    requests, withdrawals = wiring.queue_mappings
    assert (requests.batch_size, requests.reports_item_failures) == (10, True)
    assert (withdrawals.batch_size, withdrawals.queue_arn.rpartition("-")[2]) == (
        1,
        "PropagationQueue",
    )
    (stream,) = wiring.stream_mappings
    assert len(stream.filters) == 3


def test_no_function_has_a_permission_with_a_wildcard(consentry: Emulator) -> None:
    granted = [
        (function.logical_id, statement)
        for function in consentry.wiring.functions.values()
        for statement in function.role.statements
        if "logs:PutLogEvents" not in statement["Action"]
    ]

    for function, statement in granted:
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action, (function, action)
        assert statement["Resource"] != "*", function


def test_alarms_watch_dead_letters_late_withdrawals_and_every_function(consentry: Emulator) -> None:
    alarms = consentry.client("cloudwatch").describe_alarms()["MetricAlarms"]

    watched = [
        each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
        for alarm in alarms
        for each in alarm.get("Metrics", [])
        if "MetricStat" in each
    ]
    names = sorted(function.name for function in consentry.wiring.functions.values())
    assert sorted(watched) == sorted(names * 2), "errors and throttles of each"
    assert len(alarms) == 10


def test_only_the_erasure_deletes_from_the_consent_table(consentry: Emulator) -> None:
    deleting = {
        (function.logical_id, resource.rpartition("-")[2])
        for function in consentry.wiring.functions.values()
        for statement in function.role.statements
        if any("dynamodb:Delete" in action for action in [*statement["Action"]])
        for resource in [statement["Resource"]]
    }

    assert deleting == {("PrivacyHttpFunction", "ConsentTable")}


# What API Gateway writes into a line, from its page on the access logs of HTTP APIs. `messageString` has quotes of its
# own. A message may repeat what a caller sent. `-` stands for a missing value.
ANSWERED = {
    "$context.requestTime": "28/Nov/2026:09:00:00 +0000",
    "$context.requestId": "JKJaXmPLvHcESHA=",
    "$context.routeKey": "POST /decisions",
    "$context.status": "201",
    "$context.responseLatency": "42",
    "$context.error.message": "-",
    "$context.error.messageString": "-",
    "$context.error.responseType": "-",
}
REJECTED = ANSWERED | {
    "$context.routeKey": "-",
    "$context.status": "404",
    "$context.responseLatency": "-",
    "$context.error.message": 'No route "for" ana',
    "$context.error.messageString": '"No route \\"for\\" ana"',
    "$context.error.responseType": "MISSING_AUTHENTICATION_TOKEN",
}


@pytest.mark.parametrize(
    ("values", "error"),
    [(ANSWERED, "-"), (REJECTED, "MISSING_AUTHENTICATION_TOKEN")],
    ids=["answered", "rejected"],
)
def test_a_line_of_the_access_log_is_json_with_a_code_for_the_error(
    values: dict[str, str], error: str
) -> None:
    api = read_template(TEMPLATE)["Resources"]["Api"]["Properties"]

    text = api["AccessLogSettings"]["Format"]
    line = re.sub(r"\$context(\.\w+)+", lambda variable: values[variable[0]], text)

    assert json.loads(line) == {
        "at": values["$context.requestTime"],
        "request": values["$context.requestId"],
        "route": values["$context.routeKey"],
        "status": values["$context.status"],
        "latency": values["$context.responseLatency"],
        "error": error,
    }
