"""The checked-in OpenAPI document: valid, up to date, and complete."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from consentry_cli import openapi
from tests.testkit.api.fixtures import ROOT


@pytest.fixture(scope="module")
def checked_in() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "events" / "openapi.json").read_bytes())
    return document


def test_the_committed_openapi_document_is_up_to_date(checked_in: dict[str, Any]) -> None:
    assert checked_in == json.loads(openapi.text()), "run `make openapi`"


def test_the_openapi_document_is_valid(checked_in: dict[str, Any]) -> None:
    validate(checked_in)


def test_the_openapi_document_has_exactly_the_routes_and_scopes_of_the_template(
    checked_in: dict[str, Any],
) -> None:
    described = {
        (method.upper(), path, *operation["security"][0]["Callers"])
        for path, operations in checked_in["paths"].items()
        for method, operation in operations.items()
    }

    assert described == set(routes_of(ROOT / "template.yaml"))


def routes_of(template: Path) -> list[tuple[str, str, str]]:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short forms as their tags."""

    Loader.add_multi_constructor("!", lambda loader, tag, node: tag)
    resources = yaml.load(template.read_bytes(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    events = [
        event
        for resource in resources.values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
    ]
    return [
        (
            event["Properties"]["Method"],
            event["Properties"]["Path"],
            *event["Properties"]["Auth"]["AuthorizationScopes"],
        )
        for event in events
        if event["Type"] == "HttpApi"
    ]
