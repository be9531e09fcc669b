"""The permissions that an API call needs: actions, resources and condition keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from consentry_emulator.errors import UnsupportedCallError
from consentry_emulator.resources import arn

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequiredPermission:
    """One permission that a call needs."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def required_permissions(
    service: str, operation: str, params: Params
) -> tuple[RequiredPermission, ...]:
    """All permissions that the call needs; UnsupportedCallError if they are not known here."""
    match service:
        case "dynamodb":
            return tuple(_dynamodb(operation, params))
        case "s3":
            return tuple(_s3(operation, params))
        case "events" if operation == "PutEvents":
            return tuple(map(_entry, params["Entries"]))
        case "sqs" if operation in _QUEUE_ACTIONS:
            name = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
            return (RequiredPermission(f"sqs:{_QUEUE_ACTIONS[operation]}", arn("sqs", name)),)
        case "kms" if operation == "Sign":
            return (_signature(params),)
        case "lambda" if operation == "Invoke":
            return (RequiredPermission("lambda:InvokeFunction", params["FunctionName"]),)
        case "sagemaker" if operation == "CreateTrainingJob":
            passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
            return (
                RequiredPermission(
                    "sagemaker:CreateTrainingJob",
                    arn("sagemaker", f"training-job/{params['TrainingJobName']}"),
                ),
                RequiredPermission("iam:PassRole", params["RoleArn"], passed),
            )
    raise UnsupportedCallError(service, operation)


def _signature(params: Params) -> RequiredPermission:
    # RAW is the default of KMS.
    message_type = params.get("MessageType", "RAW")
    context = {"kms:SigningAlgorithm": params["SigningAlgorithm"], "kms:MessageType": message_type}
    return RequiredPermission("kms:Sign", params["KeyId"], context)


def _entry(entry: Params) -> RequiredPermission:
    bus = entry.get("EventBusName", "default").rpartition("/")[2]
    context = {
        "events:detail-type": entry.get("DetailType", ""),
        "events:source": entry.get("Source", ""),
    }
    return RequiredPermission("events:PutEvents", arn("events", f"event-bus/{bus}"), context)


_QUEUE_ACTIONS = {
    "SendMessage": "SendMessage",
    "SendMessageBatch": "SendMessage",
    "GetQueueUrl": "GetQueueUrl",
    "GetQueueAttributes": "GetQueueAttributes",
}
_ONE_ITEM = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable"}
_BATCHES = {"BatchGetItem", "BatchWriteItem"}
# A transaction needs the permission of each of its items.
_IN_TRANSACTION = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def _dynamodb(operation: str, params: Params) -> Iterator[RequiredPermission]:
    if operation in _ONE_ITEM:
        yield RequiredPermission(
            f"dynamodb:{operation}", _table(params["TableName"], params.get("IndexName"))
        )
    elif operation in _BATCHES:
        for table in params["RequestItems"]:
            yield RequiredPermission(f"dynamodb:{operation}", _table(table))
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in params["TransactItems"]:
            for kind, body in item.items():
                yield RequiredPermission(
                    f"dynamodb:{_IN_TRANSACTION[kind]}", _table(body["TableName"])
                )
    else:
        raise UnsupportedCallError("dynamodb", operation)


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


def _s3(operation: str, params: Params) -> Iterator[RequiredPermission]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    if operation in _BUCKET_ACTIONS:
        yield RequiredPermission("s3:ListBucket", bucket)
    elif operation in _OBJECT_ACTIONS:
        action = _OBJECT_ACTIONS[operation]
        if "VersionId" in params:
            action += "Version"
        yield RequiredPermission(action, f"{bucket}/{params['Key']}")
        if "Tagging" in params:
            yield RequiredPermission("s3:PutObjectTagging", f"{bucket}/{params['Key']}")
    else:
        raise UnsupportedCallError("s3", operation)
