"""DynamoDB tables: keys, indexes, encryption, deletion protection, point-in-time recovery, expiry, streams."""

from typing import Any

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource

# Passed to CreateTable unchanged; boto3 rejects unknown keys in them.
_CREATED = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def _arguments(resource: Resource) -> dict[str, Any]:
    arguments = {
        name: resource.properties[name] for name in _CREATED if name in resource.properties
    }
    encryption = resource.require_known(
        "SSESpecification", resource.get("SSESpecification", {}), {"SSEEnabled", "SSEType"}
    )
    if encryption:
        arguments["SSESpecification"] = {
            "Enabled": encryption["SSEEnabled"],
            "SSEType": encryption.get("SSEType", "KMS"),
        }
    if stream := resource.get("StreamSpecification"):
        resource.require_known("StreamSpecification", stream, {"StreamViewType"})
        arguments["StreamSpecification"] = {"StreamEnabled": True, **stream}
    return arguments


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    dynamodb = account.client("dynamodb")
    table = dynamodb.create_table(
        TableName=resource.name,
        DeletionProtectionEnabled=resource.get("DeletionProtectionEnabled", False),
        **_arguments(resource),
    )["TableDescription"]
    if recovery := resource.get("PointInTimeRecoverySpecification"):
        dynamodb.update_continuous_backups(
            TableName=resource.name, PointInTimeRecoverySpecification=recovery
        )
    if expiry := resource.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=resource.name, TimeToLiveSpecification=expiry)
    attributes = {"Arn": table["TableArn"]}
    if stream := table.get("LatestStreamArn"):
        attributes["StreamArn"] = stream
        account.wiring.streams.add(stream)
    return CreatedResource(resource.name, attributes)


TABLE = provisioner(
    _make,
    "BillingMode AttributeDefinitions KeySchema GlobalSecondaryIndexes SSESpecification "
    "DeletionProtectionEnabled PointInTimeRecoverySpecification StreamSpecification "
    "TimeToLiveSpecification",
)
