"""A template as CloudFormation would deploy it: the SAM transform, run here, for a stack and those nested in it."""

import json
from collections.abc import Mapping
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

# Code is uploaded before a deployment; here it is imported from the checkout, so any address will do.
_UPLOADED = "s3://local/code"


def translate(path: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The CloudFormation template that `path` comes to; a template without the transform comes back as it is."""
    template = template_yaml.read(path)
    if "Transform" not in template:
        return template
    if template["Transform"] != "AWS::Serverless-2016-10-31":
        raise TransformError(f"{path.name}: unknown transform {template['Transform']}")
    _replace_local_paths(template, path.parent)
    values = {"AWS::Region": REGION, **_declared_defaults(template), **parameters}
    # Published (to nobody) or else the transform warns when it is thrown away.
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    try:
        translated: dict[str, Any] = Translator(
            {"AWSLambdaBasicExecutionRole": BASIC_EXECUTION},
            Parser(),
            boto_session=boto3.Session(region_name=REGION),
            metrics=metrics,
        ).translate(sam_template=template, parameter_values=values)
    except InvalidDocumentException as error:
        reasons = "; ".join(str(cause.message) for cause in error.causes)
        raise TransformError(f"{path.name}: {reasons}") from error
    metrics.publish()
    # The transform works on types of its own: back to plain ones.
    plain: dict[str, Any] = json.loads(json.dumps(translated))
    return plain


def _declared_defaults(template: dict[str, Any]) -> dict[str, Any]:
    declared = template.get("Parameters", {})
    return {name: body["Default"] for name, body in declared.items() if "Default" in body}


def _replace_local_paths(template: dict[str, Any], root: Path) -> None:
    """Do what `sam package` does to local paths, without uploading anything."""
    everywhere = template.get("Globals", {}).get("Function", {})
    for name, resource in template.get("Resources", {}).items():
        properties = resource.setdefault("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            _exists(root / properties.get("CodeUri", everywhere.get("CodeUri")), name)
            properties["CodeUri"] = _UPLOADED
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            _exists(root / properties["ContentUri"], name)
            properties["ContentUri"] = _UPLOADED
        elif resource["Type"] == "AWS::Serverless::StateMachine":
            definition = _exists(root / properties.pop("DefinitionUri"), name)
            properties["Definition"] = json.loads(definition.read_text(encoding="utf-8"))


def _exists(path: Path, resource: str) -> Path:
    if not path.exists():
        raise TransformError(f"{resource}: {path.name} does not exist")
    return path
