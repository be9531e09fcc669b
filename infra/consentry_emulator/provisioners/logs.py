"""Log groups with their retention."""

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=resource.name)
    if days := resource.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=resource.name, retentionInDays=int(days))
    return CreatedResource(resource.name, {"Arn": f"{arn('logs', f'log-group:{resource.name}')}:*"})


LOG_GROUP = provisioner(_make, "RetentionInDays")
