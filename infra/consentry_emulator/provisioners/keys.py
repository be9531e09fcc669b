"""KMS keys, and who may use them."""

import json

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    policy = resource.get("KeyPolicy")
    made = account.client("kms").create_key(
        Description=resource.get("Description", ""),
        KeySpec=resource.get("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=resource.get("KeyUsage", "ENCRYPT_DECRYPT"),
        Policy=json.dumps(policy),
    )["KeyMetadata"]
    account.wiring.resource_policies[made["Arn"]] = statements(resource, policy)
    return CreatedResource(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


# How long a deletion waits is CloudFormation's to know: nothing is deleted here.
KEY = provisioner(_make, "Description KeyPolicy KeySpec KeyUsage PendingWindowInDays")
