"""CloudWatch alarms, on one metric or on an expression over several."""

from infra.local.errors import UnknownPropertyError
from infra.local.provision.provisioner import provisioner
from infra.local.resources import Raised, Resource, World, arn

MOST_METRICS = 10
"""As many metrics may an alarm's expression be over."""


def _make(resource: Resource, world: World) -> Raised:
    watched = [each for each in resource.get("Metrics", []) if "MetricStat" in each]
    if len(watched) > MOST_METRICS:  # which moto takes
        raise UnknownPropertyError(resource.logical_id, f"Metrics: more than {MOST_METRICS}")
    # CloudFormation's properties are PutMetricAlarm's own arguments: boto3 refuses what it does not know.
    world.client("cloudwatch").put_metric_alarm(AlarmName=resource.name, **resource.properties)
    return Raised(resource.name, {"Arn": arn("cloudwatch", f"alarm:{resource.name}")})


ALARM = provisioner(
    _make,
    "AlarmActions AlarmDescription ComparisonOperator Dimensions EvaluationPeriods MetricName Metrics "
    "Namespace Period Statistic Threshold TreatMissingData",
)
