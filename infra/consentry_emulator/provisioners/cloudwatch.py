"""CloudWatch alarms, and log groups with their retention."""

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.resources import CreatedResource, Resource, arn, client, provisions
from consentry_emulator.stack_wiring import Wiring

MAX_METRICS = 10
"""The most metrics that an expression of an alarm may use."""


@provisions(
    "AWS::CloudWatch::Alarm",
    "AlarmActions AlarmDescription ComparisonOperator Dimensions EvaluationPeriods MetricName Metrics "
    "Namespace Period Statistic Threshold TreatMissingData",
)
def _create_alarm(resource: Resource, _: Wiring) -> CreatedResource:
    metrics = [each for each in resource.get("Metrics", []) if "MetricStat" in each]
    if len(metrics) > MAX_METRICS:  # moto accepts more
        raise UnknownPropertyError(resource.logical_id, f"Metrics: more than {MAX_METRICS}")
    # The properties are the arguments of PutMetricAlarm; boto3 rejects unknown ones.
    client("cloudwatch").put_metric_alarm(AlarmName=resource.name, **resource.properties)
    return CreatedResource(resource.name, {"Arn": arn("cloudwatch", f"alarm:{resource.name}")})


@provisions("AWS::Logs::LogGroup", "RetentionInDays")
def _create_log_group(resource: Resource, _: Wiring) -> CreatedResource:
    logs = client("logs")
    logs.create_log_group(logGroupName=resource.name)
    if days := resource.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=resource.name, retentionInDays=int(days))
    return CreatedResource(resource.name, {"Arn": f"{arn('logs', f'log-group:{resource.name}')}:*"})
