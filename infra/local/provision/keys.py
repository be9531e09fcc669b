"""KMS keys, and who may use them."""

import json

from infra.local.provision.provisioner import provisioner
from infra.local.provision.roles import statements
from infra.local.resources import Raised, Resource, World


def _make(resource: Resource, world: World) -> Raised:
    policy = resource.get("KeyPolicy")
    made = world.client("kms").create_key(
        Description=resource.get("Description", ""),
        KeySpec=resource.get("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=resource.get("KeyUsage", "ENCRYPT_DECRYPT"),
        Policy=json.dumps(policy),
    )["KeyMetadata"]
    world.wiring.resource_policies[made["Arn"]] = statements(resource, policy)
    return Raised(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


# How long a deletion waits is CloudFormation's to know: nothing is deleted here.
KEY = provisioner(_make, "Description KeyPolicy KeySpec KeyUsage PendingWindowInDays")
