"""DynamoDB tables, S3 buckets and KMS keys, with the properties that protect what they store."""

import json
from collections.abc import Mapping
from typing import Any

from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, Resource, client, provisions
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import Wiring

# Passed to CreateTable unchanged; boto3 rejects unknown keys in them.
_UNCHANGED = (
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "DeletionProtectionEnabled",
)
_RULE = frozenset({"Id", "Status", "TagFilters", "ExpirationInDays", "NoncurrentVersionExpiration"})


@provisions(
    "AWS::DynamoDB::Table",
    "BillingMode AttributeDefinitions KeySchema GlobalSecondaryIndexes SSESpecification "
    "DeletionProtectionEnabled PointInTimeRecoverySpecification StreamSpecification "
    "TimeToLiveSpecification",
)
def _create_table(resource: Resource, wiring: Wiring) -> CreatedResource:
    arguments = {name: resource.get(name) for name in _UNCHANGED if name in resource.properties}
    if "DeletionProtectionEnabled" in arguments:  # The value of a parameter is text.
        arguments["DeletionProtectionEnabled"] = (
            str(arguments["DeletionProtectionEnabled"]).lower() == "true"
        )
    if encryption := resource.get_known("SSESpecification", "SSEEnabled", "SSEType"):
        arguments["SSESpecification"] = {
            "Enabled": encryption["SSEEnabled"],
            "SSEType": encryption.get("SSEType", "KMS"),
        }
    if stream := resource.get_known("StreamSpecification", "StreamViewType"):
        arguments["StreamSpecification"] = {"StreamEnabled": True, **stream}
    dynamodb, name = client("dynamodb"), resource.name
    table = dynamodb.create_table(TableName=name, **arguments)["TableDescription"]
    if recovery := resource.get("PointInTimeRecoverySpecification"):
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=recovery
        )
    if expiry := resource.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    attributes = {"Arn": table["TableArn"]}
    if stream_arn := table.get("LatestStreamArn"):
        attributes["StreamArn"] = stream_arn
        wiring.streams.add(stream_arn)
    return CreatedResource(name, attributes)


@provisions(
    "AWS::S3::Bucket",
    "BucketEncryption VersioningConfiguration OwnershipControls PublicAccessBlockConfiguration "
    "NotificationConfiguration LifecycleConfiguration",
)
def _create_bucket(resource: Resource, wiring: Wiring) -> CreatedResource:
    s3, name = client("s3"), resource.name.lower()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if rules := _encryption_rules(resource):
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if versions := resource.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versions)
    if ownership := resource.get("OwnershipControls"):
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ownership)
    if block := resource.get("PublicAccessBlockConfiguration"):
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    if rules := _lifecycle_rules(resource):
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    if _notifies_eventbridge(resource):
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        wiring.notifying_buckets.add(name)
    wiring.buckets[resource.logical_id] = name
    return CreatedResource(name, {"Arn": f"arn:aws:s3:::{name}"})


def _encryption_rules(resource: Resource) -> list[dict[str, Any]]:
    """The default encryption, by its name in the API of S3."""
    where, name = "BucketEncryption", "ServerSideEncryptionByDefault"
    config = resource.get_known(where, "ServerSideEncryptionConfiguration")
    rules = config.get("ServerSideEncryptionConfiguration", [])
    return [{f"Apply{name}": resource.require_known(where, rule, {name})[name]} for rule in rules]


def _lifecycle_rules(resource: Resource) -> list[dict[str, Any]]:
    where = "LifecycleConfiguration"
    rules = resource.get_known(where, "Rules").get("Rules", [])
    return [
        _lifecycle_rule(resource.require_known(f"{where}.Rules", rule, _RULE)) for rule in rules
    ]


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule in the form of the API of S3: a filter for the tags, and an expiration for the days."""
    tags, days = rule.get("TagFilters", []), rule.get("ExpirationInDays")
    converted = {
        name: rule[name] for name in ("Status", "NoncurrentVersionExpiration") if name in rule
    }
    converted |= {"ID": rule["Id"], "Filter": {"And": {"Tags": tags}} if tags else {"Prefix": ""}}
    return converted | ({"Expiration": {"Days": days}} if days else {})


def _notifies_eventbridge(resource: Resource) -> bool:
    where, name = "NotificationConfiguration", "EventBridgeConfiguration"
    bridge = resource.get_known(where, name).get(name, {})
    resource.require_known(f"{where}.{name}", bridge, {"EventBridgeEnabled"})
    # CloudFormation accepts "true" as well as true.
    return str(bridge.get("EventBridgeEnabled", "false")).lower() == "true"


@provisions("AWS::S3::BucketPolicy", "Bucket PolicyDocument")
def _guard_bucket(resource: Resource, wiring: Wiring) -> CreatedResource:
    bucket, document = resource.get("Bucket"), resource.get("PolicyDocument")
    # Not set in moto, which ignores the conditions: "no plain HTTP" would forbid everything.
    wiring.resource_policies[f"arn:aws:s3:::{bucket}"] = statements(resource, document)
    return CreatedResource(bucket)


# PendingWindowInDays has no effect: nothing is deleted here.
@provisions("AWS::KMS::Key", "Description KeyPolicy KeySpec KeyUsage PendingWindowInDays")
def _create_key(resource: Resource, wiring: Wiring) -> CreatedResource:
    policy = resource.get("KeyPolicy")
    key = client("kms").create_key(
        Description=resource.get("Description", ""),
        KeySpec=resource.get("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=resource.get("KeyUsage", "ENCRYPT_DECRYPT"),
        Policy=json.dumps(policy),
    )["KeyMetadata"]
    wiring.resource_policies[key["Arn"]] = statements(resource, policy)
    return CreatedResource(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})
