"""KMS keys with their policies."""

import json

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    policy = resource.get("KeyPolicy")
    key = account.client("kms").create_key(
        Description=resource.get("Description", ""),
        KeySpec=resource.get("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=resource.get("KeyUsage", "ENCRYPT_DECRYPT"),
        Policy=json.dumps(policy),
    )["KeyMetadata"]
    account.wiring.resource_policies[key["Arn"]] = statements(resource, policy)
    return CreatedResource(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})


# PendingWindowInDays has no effect: nothing is deleted here.
KEY = provisioner(_make, "Description KeyPolicy KeySpec KeyUsage PendingWindowInDays")
