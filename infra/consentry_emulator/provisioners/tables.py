"""DynamoDB tables: keys, indexes, encryption, deletion protection, point-in-time recovery, expiry, streams."""

from typing import Any

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource

# Passed to CreateTable as they stand: boto3 itself refuses what it does not know inside them.
_CREATED = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def _asked(resource: Resource) -> dict[str, Any]:
    asked = {name: resource.properties[name] for name in _CREATED if name in resource.properties}
    encryption = resource.require_known(
        "SSESpecification", resource.get("SSESpecification", {}), {"SSEEnabled", "SSEType"}
    )
    if encryption:
        asked["SSESpecification"] = {
            "Enabled": encryption["SSEEnabled"],
            "SSEType": encryption.get("SSEType", "KMS"),
        }
    if stream := resource.get("StreamSpecification"):
        resource.require_known("StreamSpecification", stream, {"StreamViewType"})
        asked["StreamSpecification"] = {"StreamEnabled": True, **stream}
    return asked


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    dynamodb = account.client("dynamodb")
    table = dynamodb.create_table(
        TableName=resource.name,
        DeletionProtectionEnabled=resource.get("DeletionProtectionEnabled", False),
        **_asked(resource),
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
