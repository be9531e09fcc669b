"""Seeded defects of the template: each is caught, by raising it or by the events of events/."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local import template_yaml
from infra.local.cloud import LocalCloud
from infra.local.errors import LocalError
from tests.local import stories

HOUSE = Path(__file__).parents[2]
FILES = ("template.yaml", *(f"infra/{path.name}" for path in (HOUSE / "infra").glob("*.yaml")))
Templates = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Defect:
    """A change of the templates, the story that catches it, and words of the complaint."""

    seed: Callable[[Templates], object]
    story: stories.Story
    says: str


def resource(templates: Templates, name: str) -> dict[str, Any]:
    """A resource's properties, in whichever template has it."""
    for template in templates.values():
        if name in template["Resources"]:
            properties: dict[str, Any] = template["Resources"][name]["Properties"]
            return properties
    raise AssertionError(name)


def everywhere(templates: Templates) -> dict[str, Any]:
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
    moved = resource(templates, "DecideBusFunction").pop("Events")
    resource(templates, "DecideTaskFunction")["Events"] = moved


def drop_index_rights(templates: Templates) -> None:
    read = statements(templates, "ReadingDecisions")
    query = next(one for one in read if one["Action"] == "dynamodb:Query")
    query["Resource"] = query["Resource"][:1]


def statements(templates: Templates, policy: str) -> list[dict[str, Any]]:
    document: dict[str, list[dict[str, Any]]] = resource(templates, policy)["PolicyDocument"]
    return document["Statement"]


DEFECTS = {
    "a rule to the wrong function": Defect(move_rule, stories.bus, "no answer on the bus"),
    "no dead-letter queue of a function": Defect(
        lambda t: resource(t, "DecideBusFunction").pop("DeadLetterQueue"), stories.bus, "not kept"
    ),
    "no redrive of a queue": Defect(
        lambda t: resource(t, "RequestQueue").pop("RedrivePolicy"),
        stories.queue,
        "no dead-letter queue",
    ),
    "a misnamed table variable": Defect(
        lambda t: everywhere(t).update(CONSENTS_TABLE=everywhere(t).pop("CONSENT_TABLE")),
        stories.api,
        "503",
    ),
    "a variable of the wrong table": Defect(
        lambda t: everywhere(t).update(KEY_TABLE=output("Storage", "ConsentTableName")),
        stories.bus,
        "may not dynamodb:PutItem on .*DynamoDBConsentRepository",
    ),
    "a dropped statement": Defect(
        lambda t: statements(t, "Deciding").pop(),
        stories.api,
        "DecideApiFunction may not dynamodb:GetItem on .*DynamoDBPseudonymRepository",
    ),
    "a dropped action": Defect(
        lambda t: statements(t, "Deciding")[0]["Action"].remove("dynamodb:ConditionCheckItem"),
        stories.queue,
        "may not dynamodb:ConditionCheckItem",
    ),
    "a policy that a function was not given": Defect(
        lambda t: resource(t, "ScreenBucketFunction")["Policies"].pop(1),
        stories.bucket,
        "may not s3:GetObject",
    ),
    "another flow's policy": Defect(
        lambda t: resource(t, "ConsentApiFunction").update(Policies=[output("Access", "Deciding")]),
        stories.api,
        "ConsentApiFunction may not dynamodb:",
    ),
    "a policy of another table": Defect(
        lambda t: resource(t, "Access")["Parameters"].update(
            DecisionTableArn=output("Storage", "ConsentTableArn")
        ),
        stories.bus,
        "may not dynamodb:(Query|PutItem) on .*DynamoDBDecisionRepository",
    ),
    "no right to an index": Defect(
        drop_index_rights, stories.api, "may not dynamodb:Query on .*/index/by_"
    ),
    "a wrong event pattern": Defect(
        lambda t: event(t, "DecideBusFunction", "DataUseRequested").update(
            Pattern={"detail-type": ["DataUseAsked"]}
        ),
        stories.bus,
        "no answer on the bus",
    ),
    "no report of item failures": Defect(
        lambda t: event(t, "DecideQueueFunction", "Requests").pop("FunctionResponseTypes"),
        stories.queue,
        r"kept in \[\]",
    ),
    "a wrong handler path": Defect(
        lambda t: resource(t, "ConsentApiFunction").update(Handler="functions.consent.api.handler"),
        stories.api,
        "register-form.json: 500",
    ),
    "a wrong bus to answer on": Defect(
        lambda t: resource(t, "DecideBusFunction")["Environment"]["Variables"].update(
            EVENT_BUS="default"
        ),
        stories.bus,
        "may not events:PutEvents",
    ),
    "a route of another method": Defect(
        lambda t: event(t, "ConsentApiFunction", "Withdraw").update(Method="PUT"),
        stories.api,
        "404",
    ),
    "a poller that may not delete": Defect(
        lambda t: resource(t, "DecideQueueRole")["Policies"][0]["PolicyDocument"]["Statement"][0][
            "Action"
        ].remove("sqs:DeleteMessage"),
        stories.queue,
        "may not sqs:DeleteMessage",
    ),
    "a machine that may not invoke": Defect(
        lambda t: resource(t, "GateTrainingStateMachine")["Policies"][0]["Statement"].pop(0),
        stories.gate,
        "may not lambda:InvokeFunction",
    ),
    "a bucket that announces nothing": Defect(
        lambda t: resource(t, "ScreeningBucket").pop("NotificationConfiguration"),
        stories.bucket,
        r"asked for by \[\]",
    ),
    "a rule without a key pattern": Defect(
        lambda t: event(t, "ScreenBucketFunction", "RequestArrived")["Pattern"]["detail"].pop(
            "object"
        ),
        stories.bucket,
        "manifests/may.jsonl",
    ),
    "a signature of another kind": Defect(
        lambda t: statements(t, "IssuingPermits")[0]["Condition"]["StringEquals"].update(
            {"kms:MessageType": "DIGEST"}
        ),
        stories.permits,
        "ScreenBucketFunction may not kms:Sign",
    ),
    "a permit that is not held to its decision": Defect(
        lambda t: statements(t, "IssuingPermits").pop(),
        stories.permits,
        "ScreenBucketFunction may not dynamodb:ConditionCheckItem on .*DynamoDBDecisionRepository",
    ),
    "a redemption that is not held to its epochs": Defect(
        lambda t: statements(t, "RedeemingPermits")[0]["Action"].remove(
            "dynamodb:ConditionCheckItem"
        ),
        stories.permits,
        "PermitApiFunction may not dynamodb:ConditionCheckItem on .*DynamoDBConsentRepository",
    ),
    "a key that signs nothing": Defect(
        lambda t: resource(t, "PermitKey").update(
            KeySpec="SYMMETRIC_DEFAULT", KeyUsage="ENCRYPT_DECRYPT"
        ),
        stories.permits,
        "no permit",
    ),
    "a misspelt output": Defect(
        lambda t: t["infra/storage.yaml"]["Outputs"].pop("KeyTableArn"), stories.api, "KeyTableArn"
    ),
}


def complaints(story: stories.Story, template: Path) -> list[str]:
    """What the story finds wrong, or why the template could not even be raised."""
    try:
        with LocalCloud.raise_from(template, opt=HOUSE / ".build") as cloud:
            return list(story(cloud))
    except LocalError as error:
        return [str(error)]


@pytest.mark.parametrize(
    "story",
    [stories.api, stories.bus, stories.queue, stories.gate, stories.bucket, stories.permits],
)
def test_the_template_as_it_is_gives_no_complaint(story: stories.Story) -> None:
    assert complaints(story, HOUSE / "template.yaml") == []


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS.keys())
def test_a_seeded_defect_is_caught(tmp_path: Path, defect: Defect) -> None:
    templates: Templates = {name: template_yaml.read(HOUSE / name) for name in FILES}

    defect.seed(templates)
    found = complaints(defect.story, _written(tmp_path, templates))

    assert re.search(defect.says, "\n".join(found)), found


def _written(directory: Path, templates: Templates) -> Path:
    """The templates as files (JSON is YAML), beside what they refer to."""
    (directory / "infra").mkdir()
    for name, template in templates.items():
        (directory / name).write_text(json.dumps(template))
    (directory / "infra/gate_training.asl.json").symlink_to(HOUSE / "infra/gate_training.asl.json")
    for code in ("functions", "layers"):
        (directory / code).symlink_to(HOUSE / code)
    return directory / "template.yaml"
