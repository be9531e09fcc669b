"""S3 buckets: encryption, versions, ownership, public access, what they tell EventBridge; and their policies."""

from infra.local.provision.provisioner import provisioner
from infra.local.provision.roles import statements
from infra.local.resources import Raised, Resource, World
from infra.local.translate import REGION


def _make(resource: Resource, world: World) -> Raised:
    s3 = world.client("s3")
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
    if _tells_eventbridge(resource):
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        world.wiring.announcing.add(name)
    world.wiring.buckets[resource.logical_id] = name
    return Raised(name, {"Arn": f"arn:aws:s3:::{name}"})


def _encryption_rules(resource: Resource) -> list[dict[str, dict[str, str]]]:
    """S3's API calls a rule's default by another name than CloudFormation."""
    where, name = "BucketEncryption", "ServerSideEncryptionByDefault"
    config = resource.only(where, resource.get(where, {}), {"ServerSideEncryptionConfiguration"})
    rules = config.get("ServerSideEncryptionConfiguration", [])
    return [{f"Apply{name}": resource.only(where, rule, {name})[name]} for rule in rules]


def _tells_eventbridge(resource: Resource) -> bool:
    where = "NotificationConfiguration"
    config = resource.only(where, resource.get(where, {}), {"EventBridgeConfiguration"})
    where = f"{where}.EventBridgeConfiguration"
    bridge = resource.only(
        where, config.get("EventBridgeConfiguration", {}), {"EventBridgeEnabled"}
    )
    # CloudFormation takes "true" for true.
    return str(bridge.get("EventBridgeEnabled", "false")).lower() == "true"


def _guard(resource: Resource, world: World) -> Raised:
    bucket, document = resource.get("Bucket"), resource.get("PolicyDocument")
    # Not in moto, which reads a bucket policy without its conditions: "no plain HTTP" would forbid everything.
    world.wiring.resource_policies[f"arn:aws:s3:::{bucket}"] = statements(resource, document)
    return Raised(bucket)


BUCKET = provisioner(
    _make,
    "BucketEncryption VersioningConfiguration OwnershipControls PublicAccessBlockConfiguration "
    "NotificationConfiguration",
)
POLICY = provisioner(_guard, "Bucket PolicyDocument")
