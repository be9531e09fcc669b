"""The role of a function that decides reads consent and cannot write it."""

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.policy_evaluation import allows
from tests.testkit.api.fixtures import function

DECIDING = (
    "DecisionsHttpFunction",
    "DecisionsBusFunction",
    "DecisionsQueueFunction",
    "DecisionsTaskFunction",
)
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


@pytest.mark.promise(8)
@pytest.mark.parametrize("name", DECIDING)
def test_a_function_that_decides_may_not_write_consent(cloud: Emulator, name: str) -> None:
    deciding = function(cloud, name)
    client = cloud.client("dynamodb")
    table = client.describe_table(TableName=deciding.environment["CONSENT_TABLE"])["Table"]

    def may(action: str) -> bool:
        return allows(deciding.role.statements, f"dynamodb:{action}", table["TableArn"], {})

    assert may("GetItem") or may("BatchGetItem")
    assert [action for action in WRITES if may(action)] == []
