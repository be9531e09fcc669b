"""DynamoDB tables: keys, indexes, encryption, deletion protection, point-in-time recovery, expiry, streams."""

from infra.local.provision.provisioner import provisioner
from infra.local.resources import Raised, Resource, World

# Passed to CreateTable as they stand: boto3 itself refuses what it does not know inside them.
_CREATED = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def _make(resource: Resource, world: World) -> Raised:
    dynamodb = world.client("dynamodb")
    asked = {name: resource.properties[name] for name in _CREATED if name in resource.properties}
    encryption = resource.only(
        "SSESpecification", resource.get("SSESpecification", {}), {"SSEEnabled", "SSEType"}
    )
    if encryption:
        asked["SSESpecification"] = {
            "Enabled": encryption["SSEEnabled"],
            "SSEType": encryption.get("SSEType", "KMS"),
        }
    if stream := resource.get("StreamSpecification"):
        resource.only("StreamSpecification", stream, {"StreamViewType"})
        asked["StreamSpecification"] = {"StreamEnabled": True, **stream}
    table = dynamodb.create_table(
        TableName=resource.name,
        DeletionProtectionEnabled=resource.get("DeletionProtectionEnabled", False),
        **asked,
    )["TableDescription"]
    if recovery := resource.get("PointInTimeRecoverySpecification"):
        dynamodb.update_continuous_backups(
            TableName=resource.name, PointInTimeRecoverySpecification=recovery
        )
    if expiry := resource.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=resource.name, TimeToLiveSpecification=expiry)
    attributes = {"Arn": table["TableArn"]}
    if stream:
        attributes["StreamArn"] = table["LatestStreamArn"]
        world.wiring.streams.add(table["LatestStreamArn"])
    return Raised(resource.name, attributes)


TABLE = provisioner(
    _make,
    "BillingMode AttributeDefinitions KeySchema GlobalSecondaryIndexes SSESpecification "
    "DeletionProtectionEnabled PointInTimeRecoverySpecification StreamSpecification "
    "TimeToLiveSpecification",
)
