"""CloudWatch alarms, on one metric or on an expression over several."""

from infra.local.provision.provisioner import provisioner
from infra.local.resources import Raised, Resource, World, arn


def _make(resource: Resource, world: World) -> Raised:
    # CloudFormation's properties are PutMetricAlarm's own arguments: boto3 refuses what it does not know.
    world.client("cloudwatch").put_metric_alarm(AlarmName=resource.name, **resource.properties)
    return Raised(resource.name, {"Arn": arn("cloudwatch", f"alarm:{resource.name}")})


ALARM = provisioner(
    _make,
    "AlarmActions AlarmDescription ComparisonOperator Dimensions EvaluationPeriods MetricName Metrics "
    "Namespace Period Statistic Threshold TreatMissingData",
)
