"""What permissions an API call needs: the actions, on which resources, with which condition keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.errors import UncheckedCallError
from infra.local.resources import arn

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Need:
    """One permission that a call needs."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def needs_of(service: str, operation: str, params: Params) -> tuple[Need, ...]:
    """All permissions the call needs; UncheckedCallError if local mode does not know them."""
    match service:
        case "dynamodb":
            return tuple(_dynamodb(operation, params))
        case "s3":
            return tuple(_s3(operation, params))
        case "events" if operation == "PutEvents":
            return tuple(map(_entry, params["Entries"]))
        case "sqs" if operation in _QUEUE_ACTIONS:
            name = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
            return (Need(f"sqs:{_QUEUE_ACTIONS[operation]}", arn("sqs", name)),)
        case "kms" if operation == "Sign":
            return (_signature(params),)
        case "lambda" if operation == "Invoke":
            return (Need("lambda:InvokeFunction", params["FunctionName"]),)
        case "sagemaker" if operation == "CreateTrainingJob":
            passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
            return (
                Need(
                    "sagemaker:CreateTrainingJob",
                    arn("sagemaker", f"training-job/{params['TrainingJobName']}"),
                ),
                Need("iam:PassRole", params["RoleArn"], passed),
            )
    raise UncheckedCallError(service, operation)


def _signature(params: Params) -> Need:
    # KMS takes a message as RAW unless it is told otherwise.
    kind = params.get("MessageType", "RAW")
    said = {"kms:SigningAlgorithm": params["SigningAlgorithm"], "kms:MessageType": kind}
    return Need("kms:Sign", params["KeyId"], said)


def _entry(entry: Params) -> Need:
    bus = entry.get("EventBusName", "default").rpartition("/")[2]
    context = {
        "events:detail-type": entry.get("DetailType", ""),
        "events:source": entry.get("Source", ""),
    }
    return Need("events:PutEvents", arn("events", f"event-bus/{bus}"), context)


_QUEUE_ACTIONS = {
    "SendMessage": "SendMessage",
    "SendMessageBatch": "SendMessage",
    "GetQueueUrl": "GetQueueUrl",
    "GetQueueAttributes": "GetQueueAttributes",
}
_ONE_ITEM = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable"}
_BATCHES = {"BatchGetItem", "BatchWriteItem"}
# In a transaction each item is checked as if it had been asked for alone.
_IN_TRANSACTION = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def _dynamodb(operation: str, params: Params) -> Iterator[Need]:
    if operation in _ONE_ITEM:
        yield Need(f"dynamodb:{operation}", _table(params["TableName"], params.get("IndexName")))
    elif operation in _BATCHES:
        for table in params["RequestItems"]:
            yield Need(f"dynamodb:{operation}", _table(table))
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in params["TransactItems"]:
            for kind, body in item.items():
                yield Need(f"dynamodb:{_IN_TRANSACTION[kind]}", _table(body["TableName"]))
    else:
        raise UncheckedCallError("dynamodb", operation)


def _table(name: str, index: str | None = None) -> str:
    table = name if name.startswith("arn:") else arn("dynamodb", f"table/{name}")
    return f"{table}/index/{index}" if index else table


_OBJECT_ACTIONS = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
}
_BUCKET_ACTIONS = {"HeadBucket", "ListObjects", "ListObjectsV2"}


def _s3(operation: str, params: Params) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    if operation in _BUCKET_ACTIONS:
        yield Need("s3:ListBucket", bucket)
    elif operation in _OBJECT_ACTIONS:
        action = _OBJECT_ACTIONS[operation]
        if "VersionId" in params:
            action += "Version"
        yield Need(action, f"{bucket}/{params['Key']}")
        if "Tagging" in params:
            yield Need("s3:PutObjectTagging", f"{bucket}/{params['Key']}")
    else:
        raise UncheckedCallError("s3", operation)
