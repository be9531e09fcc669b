"""The SAM transform: turns a template into the one that CloudFormation deploys."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import intrinsics_multi_constructor

from consentry_emulator.errors import TransformError

REGION = "eu-central-1"
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

# A deployment uploads the code. Here it is imported from the checkout, so any address works.
_UPLOADED = "s3://local/code"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


# Ten times faster in C, if PyYAML was built with it.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """Safe YAML in which `!Tag value` becomes `{"Fn::Tag": value}`."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_template(path: Path) -> dict[str, Any]:
    """The template at `path`, with tags such as !Ref and !GetAtt in their long form."""
    with path.open(encoding="utf-8") as text:
        template: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    return template


def translate(path: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The CloudFormation template of `path`. A template without the transform is returned unchanged."""
    template = read_template(path)
    if "Transform" not in template:
        return template
    if template["Transform"] != "AWS::Serverless-2016-10-31":
        raise TransformError(f"{path.name}: unknown transform {template['Transform']}")
    _replace_local_paths(template, path.parent)
    try:
        translated = _transform(json.dumps(template), json.dumps(dict(parameters)))
    except InvalidDocumentException as error:
        reasons = "; ".join(str(cause.message) for cause in error.causes)
        raise TransformError(f"{path.name}: {reasons}") from error
    document: dict[str, Any] = json.loads(translated)
    return document


@cache
def _transform(template: str, values: str) -> str:
    """Transform a template (all as JSON). Cached, since it is half of the work of creating a stack."""
    # The dummy publisher sends nothing; the transform warns about metrics that are not published.
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    translated = Translator(
        {"AWSLambdaBasicExecutionRole": BASIC_EXECUTION},
        Parser(),
        boto_session=boto3.Session(region_name=REGION),
        metrics=metrics,
    ).translate(sam_template=json.loads(template), parameter_values=json.loads(values))
    metrics.publish()
    return json.dumps(translated)


def _replace_local_paths(template: dict[str, Any], root: Path) -> None:
    """Replace local paths as `sam package` does, without uploading anything."""
    defaults = template.get("Globals", {}).get("Function", {})
    for name, resource in template.get("Resources", {}).items():
        properties = resource.setdefault("Properties", {})
        if key := _CODE.get(resource["Type"]):
            _require_path(root / properties.get(key, defaults.get(key)), name)
            properties[key] = _UPLOADED
        elif resource["Type"] == "AWS::Serverless::StateMachine":
            definition = _require_path(root / properties.pop("DefinitionUri"), name)
            properties["Definition"] = json.loads(definition.read_text(encoding="utf-8"))


def _require_path(path: Path, resource: str) -> Path:
    if not path.exists():
        raise TransformError(f"{resource}: {path.name} does not exist")
    return path
