"""What the emulator would have to ignore in a template is a typed error."""

from pathlib import Path

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import (
    RejectedByAwsError,
    TransformError,
    UnknownIntrinsicError,
    UnknownPropertyError,
    UnknownTypeError,
    UnresolvedError,
)

ROOT = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {Type: AWS::SQS::Queue}
"""


@pytest.mark.parametrize(
    ("added", "error", "words"),
    [
        ("  Zoo: {Type: AWS::Zoo::Animal}", UnknownTypeError, "Zoo.*AWS::Zoo::Animal"),
        (
            "  Late: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}",
            UnknownPropertyError,
            "Late.*DelaySeconds",
        ),
        (
            "  Bin: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: []}}}",
            UnknownPropertyError,
            "Bin.*NotificationConfiguration.QueueConfigurations",
        ),
        (
            "  Odd: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: !FindInMap [a, b, c]}}",
            UnknownIntrinsicError,
            "Fn::FindInMap",
        ),
        (
            "  Lost: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Nowhere}}",
            UnresolvedError,
            "Nowhere",
        ),
        (
            "  Me: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Me.Arn}}}",
            UnresolvedError,
            "Me: refers to itself",
        ),
        (
            "  Fn: {Type: AWS::Serverless::Function, Properties: {CodeUri: gone/}}",
            TransformError,
            "Fn: gone does not exist",
        ),
        (
            "  Fn: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: a.b, Runtime: python3.13,\n"
            "    Events: {Poll: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}}, Role: !GetAtt Role.Arn}}\n"
            "  Role: {Type: AWS::IAM::Role, Properties: {}}",
            RejectedByAwsError,
            "may not sqs:ReceiveMessage",
        ),
        (
            "  Extra: {Type: AWS::SQS::Queue, Condition: Never}\n"
            "  Main: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Extra}}\n"
            "Conditions: {Never: !Equals [a, b]}",
            UnresolvedError,
            "Extra: its condition does not hold",
        ),
        (
            "Parameters: {Size: {Type: Number, Default: 5, MaxValue: 3}}",
            UnknownPropertyError,
            "Size.*MaxValue",
        ),
    ],
    ids=[
        "type",
        "property",
        "deep property",
        "intrinsic",
        "reference",
        "circle",
        "code",
        "role",
        "condition",
        "parameter",
    ],
)
def test_an_unsupported_part_of_a_template_is_an_error(
    tmp_path: Path, added: str, error: type[Exception], words: str
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(ROOT + added)

    with pytest.raises(error, match=words), Emulator.start(template, stack="test"):
        pass
