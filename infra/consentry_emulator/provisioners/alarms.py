"""CloudWatch alarms, on one metric or on an expression over several."""

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn

MAX_METRICS = 10
"""As many metrics may an alarm's expression be over."""


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    watched = [each for each in resource.get("Metrics", []) if "MetricStat" in each]
    if len(watched) > MAX_METRICS:  # which moto takes
        raise UnknownPropertyError(resource.logical_id, f"Metrics: more than {MAX_METRICS}")
    # CloudFormation's properties are PutMetricAlarm's own arguments: boto3 refuses what it does not know.
    account.client("cloudwatch").put_metric_alarm(AlarmName=resource.name, **resource.properties)
    return CreatedResource(resource.name, {"Arn": arn("cloudwatch", f"alarm:{resource.name}")})


ALARM = provisioner(
    _make,
    "AlarmActions AlarmDescription ComparisonOperator Dimensions EvaluationPeriods MetricName Metrics "
    "Namespace Period Statistic Threshold TreatMissingData",
)
