"""The parameters of Consentry's template: what each accepts, and what it changes."""

import pytest

from consentry_cli.local_stack import TEMPLATE, start
from consentry_emulator.errors import RejectedByAwsError
from consentry_emulator.sam_transform import read_template


@pytest.mark.parametrize(
    "parameters",
    [
        {"JwtIssuer": "http://issuer.local"},
        {"JwtIssuer": "issuer.local"},
        {"JwtIssuer": "https://issuer.local/pool "},
        {"JwtIssuer": "https://cognito-idp.REGION.amazonaws.com/DEV_POOL"},
        {"TrainingRoleArn": "training"},
        {"TrainingRoleArn": "arn:aws:iam::ACCOUNT:role/DEV_TRAINING"},
        {"TrainingRoleArn": "arn:aws:iam::123456789012:user/training"},
        {"TrainingRoleArn": "arn:aws:iam::123456789012:role/*"},
        {"TrainingImage": ""},
        {"TrainingOutputUri": "models"},
        {"AlarmTopicArn": "arn:aws:sns:REGION:ACCOUNT:TOPIC"},
        {"AlarmTopicArn": "arn:aws:sqs:eu-central-1:123456789012:alarms"},
        {"ProtectTables": "yes"},
    ],
    ids=str,
)
def test_a_wrong_issuer_arn_or_address_stops_the_deployment(parameters: dict[str, str]) -> None:
    (name,) = parameters

    with pytest.raises(RejectedByAwsError, match=name), start(parameters=parameters):
        pass


@pytest.mark.parametrize(
    "parameters",
    [
        {"JwtIssuer": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC"},
        {"JwtIssuer": "https://login.example.com:8443/"},
        {"TrainingRoleArn": "arn:aws-cn:iam::123456789012:role/team/a.b+c=d,e@f_g"},
        {"AlarmTopicArn": "arn:aws-us-gov:sns:us-gov-west-1:123456789012:on_call.fifo"},
    ],
    ids=str,
)
def test_issuers_and_arns_of_any_provider_and_partition_are_accepted(
    parameters: dict[str, str],
) -> None:
    with start(parameters=parameters) as emulator:
        assert len(emulator.wiring.functions) == 14


@pytest.mark.parametrize("others", [{}, {"TrainingImage": "", "TrainingOutputUri": ""}])
def test_without_a_training_role_the_gate_is_left_out(others: dict[str, str]) -> None:
    with start(parameters={"TrainingRoleArn": "", **others}) as emulator:
        granted = [
            statement["Action"]
            for role in emulator.wiring.roles.values()
            for statement in role.statements
        ]

        assert not emulator.wiring.machines
        assert "iam:PassRole" not in str(granted)
        assert "GateTrainingStateMachineArn" not in emulator.outputs
        assert len(emulator.wiring.functions) == 14


def test_only_the_issuer_and_the_audience_must_be_set() -> None:
    declared = read_template(TEMPLATE)["Parameters"]

    assert {name for name, body in declared.items() if "Default" not in body} == {
        "JwtIssuer",
        "JwtAudience",
    }


def test_tables_can_be_deleted_if_a_first_deployment_asks_for_it() -> None:
    with start(parameters={"ProtectTables": "false"}) as emulator:
        dynamodb = emulator.client("dynamodb")
        described = [
            dynamodb.describe_table(TableName=name)["Table"]
            for name in dynamodb.list_tables()["TableNames"]
        ]

    assert [each["DeletionProtectionEnabled"] for each in described] == [False] * 5
