"""Seeded defects of the template: creating the stack or a scenario catches each."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consentry_cli.local_stack import start
from consentry_emulator.errors import EmulatorError
from consentry_emulator.sam_transform import read_template
from tests.emulator import scenarios

REPOSITORY = Path(__file__).parents[2]
FILES = (
    "template.yaml",
    *(f"infra/stacks/{path.name}" for path in (REPOSITORY / "infra/stacks").glob("*.yaml")),
)
Templates = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Defect:
    """A change of the templates, the scenario that catches it, and words of the complaint."""

    seed: Callable[[Templates], object]
    scenario: scenarios.Scenario
    message: str


def resource(templates: Templates, name: str) -> dict[str, Any]:
    """The properties of a resource, in one of the templates."""
    for template in templates.values():
        if name in template["Resources"]:
            properties: dict[str, Any] = template["Resources"][name]["Properties"]
            return properties
    raise AssertionError(name)


def global_variables(templates: Templates) -> dict[str, Any]:
    variables: dict[str, Any] = templates["template.yaml"]["Globals"]["Function"]["Environment"][
        "Variables"
    ]
    return variables


def event(templates: Templates, function: str, name: str) -> dict[str, Any]:
    properties: dict[str, Any] = resource(templates, function)["Events"][name]["Properties"]
    return properties


def output(stack: str, name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [stack, f"Outputs.{name}"]}


def move_rule(templates: Templates) -> None:
    moved = resource(templates, "DecisionsBusFunction").pop("Events")
    resource(templates, "DecisionsTaskFunction")["Events"] = moved


def drop_index_rights(templates: Templates) -> None:
    read = statements(templates, "ReadDecisionsPolicy")
    query = next(each for each in read if each["Action"] == "dynamodb:Query")
    query["Resource"] = query["Resource"][:1]


def statements(templates: Templates, policy: str) -> list[dict[str, Any]]:
    document: dict[str, list[dict[str, Any]]] = resource(templates, policy)["PolicyDocument"]
    return document["Statement"]


DEFECTS = {
    "a rule to the wrong function": Defect(move_rule, scenarios.bus, "no answer on the bus"),
    "no dead-letter queue of a function": Defect(
        lambda t: resource(t, "DecisionsBusFunction").pop("DeadLetterQueue"),
        scenarios.bus,
        "not in the dead-letter queue",
    ),
    "no redrive of a queue": Defect(
        lambda t: resource(t, "RequestQueue").pop("RedrivePolicy"),
        scenarios.queue,
        "no dead-letter queue",
    ),
    "a misnamed table variable": Defect(
        lambda t: global_variables(t).update(
            CONSENTS_TABLE=global_variables(t).pop("CONSENT_TABLE")
        ),
        scenarios.api,
        "503",
    ),
    "a variable of the wrong table": Defect(
        lambda t: global_variables(t).update(KEY_TABLE=output("Storage", "ConsentTableName")),
        scenarios.bus,
        "may not dynamodb:PutItem on .*ConsentTable",
    ),
    "a dropped statement": Defect(
        lambda t: statements(t, "DecideUsePolicy").pop(),
        scenarios.api,
        "DecisionsHttpFunction may not dynamodb:(Batch)?GetItem on .*KeyTable",
    ),
    "a dropped action": Defect(
        lambda t: statements(t, "DecideUsePolicy")[0]["Action"].remove("dynamodb:BatchGetItem"),
        scenarios.queue,
        "may not dynamodb:BatchGetItem",
    ),
    "a policy that a function was not given": Defect(
        lambda t: resource(t, "ScreeningObjectCreatedFunction")["Policies"].pop(1),
        scenarios.bucket,
        "may not s3:GetObject",
    ),
    "the policy of another use case": Defect(
        lambda t: resource(t, "ConsentHttpFunction").update(
            Policies=[output("Access", "DecideUsePolicy")]
        ),
        scenarios.api,
        "ConsentHttpFunction may not dynamodb:",
    ),
    "a policy of another table": Defect(
        lambda t: resource(t, "Access")["Parameters"].update(
            DecisionTableArn=output("Storage", "ConsentTableArn")
        ),
        scenarios.bus,
        "may not dynamodb:(Query|PutItem) on .*DecisionTable",
    ),
    "no right to an index": Defect(
        drop_index_rights, scenarios.api, "may not dynamodb:Query on .*/index/by_"
    ),
    "a wrong event pattern": Defect(
        lambda t: event(t, "DecisionsBusFunction", "DataUseRequested").update(
            Pattern={"detail-type": ["DecisionRequest"]}
        ),
        scenarios.bus,
        "no answer on the bus",
    ),
    "no report of item failures": Defect(
        lambda t: event(t, "DecisionsQueueFunction", "Requests").pop("FunctionResponseTypes"),
        scenarios.queue,
        r"dead letters in \[\]",
    ),
    "a wrong handler path": Defect(
        lambda t: resource(t, "ConsentHttpFunction").update(
            Handler="functions.consent.http.handler"
        ),
        scenarios.api,
        "register-form.json: 500",
    ),
    "a wrong bus to answer on": Defect(
        lambda t: resource(t, "DecisionsBusFunction")["Environment"]["Variables"].update(
            EVENT_BUS="default"
        ),
        scenarios.bus,
        "may not events:PutEvents",
    ),
    "a route of another method": Defect(
        lambda t: event(t, "ConsentHttpFunction", "RecordWithdrawal").update(Method="PUT"),
        scenarios.api,
        "404",
    ),
    "a poller that may not delete": Defect(
        lambda t: resource(t, "DecisionsQueueRole")["Policies"][0]["PolicyDocument"]["Statement"][
            0
        ]["Action"].remove("sqs:DeleteMessage"),
        scenarios.queue,
        "may not sqs:DeleteMessage",
    ),
    "a machine that may not invoke": Defect(
        lambda t: resource(t, "GateTrainingStateMachine")["Policies"][0]["Statement"].pop(0),
        scenarios.gate,
        "may not lambda:InvokeFunction",
    ),
    "a bucket without notifications": Defect(
        lambda t: resource(t, "ScreeningBucket").pop("NotificationConfiguration"),
        scenarios.bucket,
        r"screenings of \[\]",
    ),
    "a rule without a key pattern": Defect(
        lambda t: event(t, "ScreeningObjectCreatedFunction", "ScreeningRequestCreated")["Pattern"][
            "detail"
        ].pop("object"),
        scenarios.bucket,
        "manifests/may.jsonl",
    ),
    "a signature of another kind": Defect(
        lambda t: statements(t, "IssuePermitsPolicy")[0]["Condition"]["StringEquals"].update(
            {"kms:MessageType": "DIGEST"}
        ),
        scenarios.permits,
        "ScreeningObjectCreatedFunction may not kms:Sign",
    ),
    "a permit without check of its decision": Defect(
        lambda t: statements(t, "IssuePermitsPolicy").pop(),
        scenarios.permits,
        "ScreeningObjectCreatedFunction may not dynamodb:ConditionCheckItem on .*DecisionTable",
    ),
    "a redemption without check of its epochs": Defect(
        lambda t: statements(t, "RedeemPermitsPolicy")[0]["Action"].remove(
            "dynamodb:ConditionCheckItem"
        ),
        scenarios.permits,
        "PermitsHttpFunction may not dynamodb:ConditionCheckItem on .*ConsentTable",
    ),
    "a key that signs nothing": Defect(
        lambda t: resource(t, "PermitKey").update(
            KeySpec="SYMMETRIC_DEFAULT", KeyUsage="ENCRYPT_DECRYPT"
        ),
        scenarios.permits,
        "no permit",
    ),
    "a misspelt output": Defect(
        lambda t: t["infra/stacks/storage.yaml"]["Outputs"].pop("KeyTableArn"),
        scenarios.api,
        "KeyTableArn",
    ),
}


def complaints(scenario: scenarios.Scenario, template: Path) -> list[str]:
    """What the scenario finds wrong, or why the stack could not be created."""
    try:
        with start(template, opt=REPOSITORY / ".build") as emulator:
            return list(scenario(emulator))
    except EmulatorError as error:
        return [str(error)]


@pytest.mark.parametrize(
    "scenario",
    [
        scenarios.api,
        scenarios.bus,
        scenarios.queue,
        scenarios.gate,
        scenarios.bucket,
        scenarios.permits,
    ],
)
def test_the_unchanged_template_has_no_complaint(scenario: scenarios.Scenario) -> None:
    assert complaints(scenario, REPOSITORY / "template.yaml") == []


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS.keys())
def test_a_seeded_defect_is_caught(tmp_path: Path, defect: Defect) -> None:
    templates: Templates = {name: read_template(REPOSITORY / name) for name in FILES}

    defect.seed(templates)
    found = complaints(defect.scenario, _write(tmp_path, templates))

    assert re.search(defect.message, "\n".join(found)), found


def _write(directory: Path, templates: Templates) -> Path:
    """The templates as files (JSON is YAML), next to the files that they refer to."""
    (directory / "infra/stacks").mkdir(parents=True)
    for name, template in templates.items():
        (directory / name).write_text(json.dumps(template))
    (directory / "infra/stacks/gate_training.asl.json").symlink_to(
        REPOSITORY / "infra/stacks/gate_training.asl.json"
    )
    for code in ("functions", "layers"):
        (directory / code).symlink_to(REPOSITORY / code)
    return directory / "template.yaml"
