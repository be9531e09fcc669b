"""S3 buckets: encryption, versions, ownership, public access, notifications, life cycle; and their policies."""

from collections.abc import Mapping
from typing import Any

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource
from consentry_emulator.sam_transform import REGION

_RULE = frozenset({"Id", "Status", "TagFilters", "ExpirationInDays", "NoncurrentVersionExpiration"})


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    s3 = account.client("s3")
    name = resource.name.lower()
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
        account.wiring.notifying_buckets.add(name)
    account.wiring.buckets[resource.logical_id] = name
    return CreatedResource(name, {"Arn": f"arn:aws:s3:::{name}"})


def _encryption_rules(resource: Resource) -> list[dict[str, dict[str, str]]]:
    """The default encryption, by its name in the API of S3."""
    where, name = "BucketEncryption", "ServerSideEncryptionByDefault"
    config = resource.require_known(
        where, resource.get(where, {}), {"ServerSideEncryptionConfiguration"}
    )
    rules = config.get("ServerSideEncryptionConfiguration", [])
    return [{f"Apply{name}": resource.require_known(where, rule, {name})[name]} for rule in rules]


def _lifecycle_rules(resource: Resource) -> list[dict[str, Any]]:
    where = "LifecycleConfiguration"
    config = resource.require_known(where, resource.get(where, {}), {"Rules"})
    return [
        _lifecycle_rule(resource.require_known(f"{where}.Rules", r, _RULE))
        for r in config.get("Rules", [])
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
    where = "NotificationConfiguration"
    config = resource.require_known(where, resource.get(where, {}), {"EventBridgeConfiguration"})
    where = f"{where}.EventBridgeConfiguration"
    bridge = resource.require_known(
        where, config.get("EventBridgeConfiguration", {}), {"EventBridgeEnabled"}
    )
    # CloudFormation accepts "true" as well as true.
    return str(bridge.get("EventBridgeEnabled", "false")).lower() == "true"


def _guard(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    bucket, document = resource.get("Bucket"), resource.get("PolicyDocument")
    # Not set in moto, which ignores the conditions: "no plain HTTP" would forbid everything.
    account.wiring.resource_policies[f"arn:aws:s3:::{bucket}"] = statements(resource, document)
    return CreatedResource(bucket)


BUCKET = provisioner(
    _make,
    "BucketEncryption VersioningConfiguration OwnershipControls PublicAccessBlockConfiguration "
    "NotificationConfiguration LifecycleConfiguration",
)
POLICY = provisioner(_guard, "Bucket PolicyDocument")
