"""The SAM transform: turns a template into the one that CloudFormation deploys."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from consentry_emulator import template_yaml
from consentry_emulator.errors import TransformError

REGION = "eu-central-1"
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

# A deployment uploads the code. Here it is imported from the checkout, so any address will do.
_UPLOADED = "s3://local/code"


def translate(path: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The CloudFormation template of `path`. A template without the transform is returned unchanged."""
    template = template_yaml.read(path)
    if "Transform" not in template:
        return template
    if template["Transform"] != "AWS::Serverless-2016-10-31":
        raise TransformError(f"{path.name}: unknown transform {template['Transform']}")
    _replace_local_paths(template, path.parent)
    values = {"AWS::Region": REGION, **_declared_defaults(template), **parameters}
    try:
        translated: dict[str, Any] = json.loads(
            _transform(json.dumps(template), json.dumps(values))
        )
    except InvalidDocumentException as error:
        reasons = "; ".join(str(cause.message) for cause in error.causes)
        raise TransformError(f"{path.name}: {reasons}") from error
    return translated


@cache
def _transform(template: str, values: str) -> str:
    """Transform a template, all as JSON. Cached: it takes half of the time that a stack takes."""
    # Publish the metrics (to nobody), since the transform warns about unpublished ones.
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    translated = Translator(
        {"AWSLambdaBasicExecutionRole": BASIC_EXECUTION},
        Parser(),
        boto_session=boto3.Session(region_name=REGION),
        metrics=metrics,
    ).translate(sam_template=json.loads(template), parameter_values=json.loads(values))
    metrics.publish()
    return json.dumps(translated)


def _declared_defaults(template: dict[str, Any]) -> dict[str, Any]:
    declared = template.get("Parameters", {})
    return {name: body["Default"] for name, body in declared.items() if "Default" in body}


def _replace_local_paths(template: dict[str, Any], root: Path) -> None:
    """Replace local paths as `sam package` does, without uploading anything."""
    defaults = template.get("Globals", {}).get("Function", {})
    for name, resource in template.get("Resources", {}).items():
        properties = resource.setdefault("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            _require_path(root / properties.get("CodeUri", defaults.get("CodeUri")), name)
            properties["CodeUri"] = _UPLOADED
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            _require_path(root / properties["ContentUri"], name)
            properties["ContentUri"] = _UPLOADED
        elif resource["Type"] == "AWS::Serverless::StateMachine":
            definition = _require_path(root / properties.pop("DefinitionUri"), name)
            properties["Definition"] = json.loads(definition.read_text(encoding="utf-8"))


def _require_path(path: Path, resource: str) -> Path:
    if not path.exists():
        raise TransformError(f"{resource}: {path.name} does not exist")
    return path
