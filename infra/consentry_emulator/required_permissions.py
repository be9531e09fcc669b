"""The permissions that an API call needs: actions, resources and condition keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from consentry_emulator.errors import UnsupportedCallError
from consentry_emulator.resources import arn

_ITEM_ACTIONS = {
    *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable"),
}
# A transaction needs the permission of each of its items.
_TRANSACTION_ACTIONS = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
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
_QUEUE_ACTIONS = {
    "SendMessage": "sqs:SendMessage",
    "SendMessageBatch": "sqs:SendMessage",
    "GetQueueUrl": "sqs:GetQueueUrl",
    "GetQueueAttributes": "sqs:GetQueueAttributes",
}


@dataclass(frozen=True, slots=True)
class RequiredPermission:
    """One permission that a call needs."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def required_permissions(
    service: str, operation: str, params: Mapping[str, Any]
) -> Iterator[RequiredPermission]:
    """All permissions that the call needs; UnsupportedCallError if they are not known here."""
    match service, operation:
        case "dynamodb", _ if operation in _ITEM_ACTIONS:
            table, index = _table(params["TableName"]), params.get("IndexName")
            resource = f"{table}/index/{index}" if index else table
            yield RequiredPermission(f"dynamodb:{operation}", resource)
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            for name in params["RequestItems"]:
                yield RequiredPermission(f"dynamodb:{operation}", _table(name))
        case "dynamodb", "TransactWriteItems" | "TransactGetItems":
            for item in params["TransactItems"]:
                for kind, body in item.items():
                    action = f"dynamodb:{_TRANSACTION_ACTIONS[kind]}"
                    yield RequiredPermission(action, _table(body["TableName"]))
        case "s3", "HeadBucket" | "ListObjects" | "ListObjectsV2":
            yield RequiredPermission("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}")
        case "s3", _ if operation in _OBJECT_ACTIONS:
            resource = f"arn:aws:s3:::{params['Bucket']}/{params['Key']}"
            version = "Version" if "VersionId" in params else ""
            conditional = (
                {"s3:if-none-match": params["IfNoneMatch"]} if "IfNoneMatch" in params else {}
            )
            yield RequiredPermission(_OBJECT_ACTIONS[operation] + version, resource, conditional)
            if "Tagging" in params:
                yield RequiredPermission("s3:PutObjectTagging", resource)
        case "events", "PutEvents":
            yield from map(_published_event, params["Entries"])
        case "sqs", _ if operation in _QUEUE_ACTIONS:
            name = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
            yield RequiredPermission(_QUEUE_ACTIONS[operation], arn("sqs", name))
        case "kms", "Sign":
            yield RequiredPermission(
                "kms:Sign",
                params["KeyId"],
                {
                    "kms:SigningAlgorithm": params["SigningAlgorithm"],
                    "kms:MessageType": params.get("MessageType", "RAW"),  # the default of KMS
                },
            )
        case "lambda", "Invoke":
            yield RequiredPermission("lambda:InvokeFunction", params["FunctionName"])
        case "sagemaker", "CreateTrainingJob":
            job = arn("sagemaker", f"training-job/{params['TrainingJobName']}")
            yield RequiredPermission("sagemaker:CreateTrainingJob", job)
            passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
            yield RequiredPermission("iam:PassRole", params["RoleArn"], passed)
        case _:
            raise UnsupportedCallError(
                f"the emulator does not know the permissions of {service}:{operation}"
            )


def _table(name: str) -> str:
    return name if name.startswith("arn:") else arn("dynamodb", f"table/{name}")


def _published_event(entry: Mapping[str, Any]) -> RequiredPermission:
    bus = entry.get("EventBusName", "default").rpartition("/")[2]
    context = {
        "events:detail-type": entry.get("DetailType", ""),
        "events:source": entry.get("Source", ""),
    }
    return RequiredPermission("events:PutEvents", arn("events", f"event-bus/{bus}"), context)
