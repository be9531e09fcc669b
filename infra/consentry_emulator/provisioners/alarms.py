"""CloudWatch alarms, on one metric or on an expression over several."""

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn

MAX_METRICS = 10
"""The most metrics that an expression of an alarm may use."""


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    metrics = [each for each in resource.get("Metrics", []) if "MetricStat" in each]
    if len(metrics) > MAX_METRICS:  # moto accepts more
        raise UnknownPropertyError(resource.logical_id, f"Metrics: more than {MAX_METRICS}")
    # The properties are the arguments of PutMetricAlarm; boto3 rejects unknown ones.
    account.client("cloudwatch").put_metric_alarm(AlarmName=resource.name, **resource.properties)
    return CreatedResource(resource.name, {"Arn": arn("cloudwatch", f"alarm:{resource.name}")})


ALARM = provisioner(
    _make,
    "AlarmActions AlarmDescription ComparisonOperator Dimensions EvaluationPeriods MetricName Metrics "
    "Namespace Period Statistic Threshold TreatMissingData",
)
