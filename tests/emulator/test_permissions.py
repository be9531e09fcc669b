"""A handler can make the calls that its role in the template allows, and no others."""

from typing import Any

import pytest

from consentry_cli import local_stack
from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import UnsupportedCallError
from tests.emulator.scenarios import send

ROWS = "test-Rows"
OBJECTS = "test-objects"


def call(service: str, method: str, **parameters: Any) -> dict[str, Any]:
    return {"service": service, "method": method, "parameters": parameters}


def test_a_call_that_the_role_allows_succeeds(probes: Emulator) -> None:
    answer = probes.invoke(
        "Writes", call("dynamodb", "put_item", TableName=ROWS, Item={"pk": {"S": "a"}})
    )

    assert answer.payload == "called"


@pytest.mark.parametrize(
    ("event", "action"),
    [
        (
            call("dynamodb", "delete_item", TableName=ROWS, Key={"pk": {"S": "a"}}),
            "dynamodb:DeleteItem",
        ),
        (
            call(
                "dynamodb",
                "transact_write_items",
                TransactItems=[
                    {"Put": {"TableName": ROWS, "Item": {"pk": {"S": "a"}}}},
                    {
                        "ConditionCheck": {
                            "TableName": ROWS,
                            "Key": {"pk": {"S": "b"}},
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ],
            ),
            "dynamodb:ConditionCheckItem",
        ),
        (
            call("dynamodb", "batch_get_item", RequestItems={ROWS: {"Keys": [{"pk": {"S": "a"}}]}}),
            "dynamodb:BatchGetItem",
        ),
        (
            call("dynamodb", "get_item", TableName="another", Key={"pk": {"S": "a"}}),
            "dynamodb:GetItem",
        ),
        (call("s3", "get_object", Bucket=OBJECTS, Key="out/x"), "s3:GetObject"),
        (call("s3", "get_object", Bucket=OBJECTS, Key="in/missing"), "s3:ListBucket"),
    ],
    ids=["action", "in a transaction", "in a batch", "other table", "other key", "missing object"],
)
def test_a_call_that_the_role_does_not_allow_is_denied_as_in_aws(
    probes: Emulator, event: dict[str, Any], action: str
) -> None:
    answer = probes.invoke("Writes", event)

    assert answer.error is not None
    assert answer.error.type in {"AccessDeniedException", "ClientError"}
    assert "AccessDenied" in answer.error.message
    assert [permission.action for _, permission in probes.call_hook.denied] == [action]


def test_a_condition_on_the_event_is_checked(probes: Emulator) -> None:
    probes.put_event("probe", "Ask", {"answer": "SomethingElse"}, bus="Bus")
    probes.deliver()

    assert [permission.action for _, permission in probes.call_hook.denied] == [
        "events:PutEvents"
    ] * 3
    assert [each.event["detail-type"] for each in probes.deliveries] == ["Ask"]


def test_a_call_with_unknown_permissions_is_an_error(probes: Emulator) -> None:
    with pytest.raises(UnsupportedCallError, match="dynamodb:CreateBackup"):
        probes.invoke("Writes", call("dynamodb", "create_backup", TableName=ROWS, BackupName="one"))


def test_the_operator_may_do_anything(probes: Emulator) -> None:
    probes.client("dynamodb").delete_item(TableName=ROWS, Key={"pk": {"S": "a"}})

    assert probes.call_hook.denied == []


def test_only_the_bus_function_publishes_decisions_in_a_stack_with_a_long_name_too() -> None:
    with local_stack.start(stack="consentry-" + "a" * 26) as emulator:
        send(emulator, "decisions/bus-train-on-chat.json")
        roles = {
            function.logical_id: function.role.arn
            for function in emulator.wiring.functions.values()
        }
        (policy,) = [
            statement
            for guarded, statements in emulator.wiring.resource_policies.items()
            if ":event-bus/" in guarded
            for statement in statements
        ]

        assert emulator.call_hook.denied == []
        assert "DataUseDecided" in [each.event.get("detail-type") for each in emulator.deliveries]
        assert max(len(each.rpartition("/")[2]) for each in roles.values()) <= 64
        assert policy["Effect"] == "Deny"
        assert policy["Condition"] == {
            "StringEquals": {"events:detail-type": "DataUseDecided"},
            "ArnNotEquals": {"aws:PrincipalArn": roles["DecisionsBusFunction"]},
        }
