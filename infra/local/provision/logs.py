"""Log groups and how long they keep."""

from infra.local.provision.provisioner import provisioner
from infra.local.resources import Raised, Resource, World, arn


def _make(resource: Resource, world: World) -> Raised:
    logs = world.client("logs")
    logs.create_log_group(logGroupName=resource.name)
    if days := resource.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=resource.name, retentionInDays=int(days))
    return Raised(resource.name, {"Arn": f"{arn('logs', f'log-group:{resource.name}')}:*"})


LOG_GROUP = provisioner(_make, "RetentionInDays")
