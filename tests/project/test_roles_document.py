"""The table of roles in infra/README.md has what the policies of each function allow, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consentry_emulator.sam_transform import read_template

ROOT = Path(__file__).parents[2]
TEMPLATE = read_template(ROOT / "template.yaml")
ACCESS = read_template(ROOT / "infra" / "stacks" / "access.yaml")["Resources"]
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}
COLUMNS = ("reads", "writes", "deletes", "also")

THINGS = {
    "ConsentTableArn": "consent",
    "ConsentTableStreamArn": "consent stream",
    "DecisionTableArn": "decision",
    "KeyTableArn": "key",
    "DataSetTableArn": "data set",
    "PermitTableArn": "permit",
    "ScreeningBucketArn": "bucket",
}
"""The parameters of access.yaml with data, as the table names them."""

VERBS = {
    "reads": "GetItem BatchGetItem Query Scan ConditionCheckItem GetObject GetObjectVersion ListBucket "
    "ListBucketVersions GetRecords GetShardIterator DescribeStream ListStreams",
    "writes": "PutItem UpdateItem PutObject PutObjectTagging",
    "deletes": "DeleteItem DeleteObject DeleteObjectVersion",
}
COLUMN_OF = {action: column for column, actions in VERBS.items() for action in actions.split()}


def statements(function: str) -> Iterator[dict[str, Any]]:
    """What the template allows the role of a function, without the basic role that writes logs."""
    properties = FUNCTIONS[function]
    named = [properties["Role"]] if "Role" in properties else properties["Policies"]
    for output in named:
        *_, name = ".".join(output["Fn::GetAtt"]).split(".")
        yield from _statements(ACCESS[name]["Properties"])


def _statements(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    documents = [each["PolicyDocument"] for each in properties.get("Policies", [])]
    documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
    for document in documents:
        yield from document["Statement"]
    for managed in properties.get("ManagedPolicyArns", []):
        if "Ref" in managed:
            yield from _statements(ACCESS[managed["Ref"]]["Properties"])


def allowed(function: str) -> dict[str, set[str]]:
    """What the policies of a function allow, by column of the table."""
    found: dict[str, set[str]] = {column: set() for column in COLUMNS}
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        for action in _each(statement["Action"]):
            for parameter in map(_parameter, _each(statement["Resource"])):
                column, text = _cell(action, parameter, statement.get("Condition", {}))
                found[column] |= text
    return found


def _cell(action: str, parameter: str, condition: Any) -> tuple[str, set[str]]:
    service, _, verb = action.partition(":")
    if service in ("dynamodb", "s3"):
        return COLUMN_OF[verb], {THINGS[parameter]}
    name = f"`{parameter.removesuffix('Arn')}`"
    match service:
        case "sqs":
            return "also", {f"{'sends to' if verb == 'SendMessage' else 'receives from'} {name}"}
        case "kms":
            return "also", {f"signs with {name}"}
    types = _each(condition["StringEquals"]["events:detail-type"])
    return "also", {f"publishes {', '.join(f'`{each}`' for each in types)}"}


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _parameter(resource: Any) -> str:
    """The parameter of access.yaml that a resource names."""
    if "Ref" in resource:
        return str(resource["Ref"])
    (parameter,) = re.findall(r"\$\{(\w+)\}", resource["Fn::Sub"])
    return str(parameter)


def documented() -> dict[str, dict[str, set[str]]]:
    """The cells of the table, by function and column."""
    section = (ROOT / "infra" / "README.md").read_text("utf-8").partition("## Which role may")[2]
    rows = re.findall(r"^\| (`\w+Function`.*) \|$", section, re.MULTILINE)
    cells = [row.split(" | ") for row in rows]
    return {
        function.strip("`"): {
            column: _listed(cell, "; " if column == "also" else ", ")
            for column, cell in zip(COLUMNS, columns, strict=True)
        }
        for functions, *columns in cells
        for function in functions.split(", ")
    }


def _listed(cell: str, separator: str) -> set[str]:
    return set() if cell == "nothing" else set(cell.split(separator))


def test_the_table_of_roles_has_every_function() -> None:
    assert documented().keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_table_of_roles_is_that_of_the_policies(function: str) -> None:
    assert documented()[function] == allowed(function)


def test_only_an_erasure_may_delete_and_only_consent() -> None:
    deleting = {function: allowed(function)["deletes"] for function in FUNCTIONS}

    assert {name: things for name, things in deleting.items() if things} == {
        "PrivacyHttpFunction": {"consent"}
    }
