"""The steps of infra/README.md that restore a table do what it says: the edit of the outputs, and the raised epochs."""

import re
import shutil
from pathlib import Path
from shlex import split
from typing import Any

import boto3
import botocore.session
import pytest
from botocore import xform_name

from consentry.consent.items import epoch_keys
from consentry.datasets.get_data_set import DataSetStatus, get_data_set
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry_cli.local_stack import deliver_file, start
from consentry_emulator.sam_transform import REGION
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb_tables import CONSENTS

ROOT = Path(__file__).parents[2]
NEW = "consents-restored"
OUTPUTS = {
    "ConsentTableName: {Value: !Ref ConsentTable}": f"ConsentTableName: {{Value: {NEW}}}",
    "ConsentTableArn: {Value: !GetAtt ConsentTable.Arn}": "ConsentTableArn: {Value: "
    f"'arn:aws:dynamodb:{REGION}:123456789012:table/{NEW}'}}",
}
"""The edit of step 6, as far as the emulator needs it."""


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The template with outputs that name another consent table."""
    shutil.copy(ROOT / "template.yaml", tmp_path)
    shutil.copytree(ROOT / "infra" / "stacks", tmp_path / "infra" / "stacks")
    for folder in ("functions", "layers"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    storage = tmp_path / "infra" / "stacks" / "storage.yaml"
    text = storage.read_text("utf-8")
    for before, after in OUTPUTS.items():
        assert before in text
        text = text.replace(before, after)
    storage.write_text(text, "utf-8")
    return tmp_path / "template.yaml"


def test_functions_and_roles_follow_the_outputs_of_the_storage_stack(edited: Path) -> None:
    keys: dict[str, Any] = {"pk": "HASH", "sk": "RANGE"}
    with start(edited, opt=ROOT / ".build") as cloud:
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName=NEW,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        )

        for name in ("http-register-form", "http-grant-training"):
            answer: Any = deliver_file(cloud, ROOT / "events" / "consent" / f"{name}.json")
            assert answer["statusCode"] == 201

        assert cloud.outputs["ConsentTableName"] == NEW
        assert client.scan(TableName=NEW)["Count"] == 3


GLOBAL_OPTIONS = {"query"}
"""Those of the AWS CLI itself, which no operation has."""


def aws_commands() -> list[list[str]]:
    """The words of the commands of the AWS CLI in infra/README.md."""
    text = (ROOT / "infra" / "README.md").read_text("utf-8")
    return [split(code)[1:] for code in re.findall(r"`(aws [^`]+)`", text)]


@pytest.mark.parametrize("words", aws_commands(), ids=lambda words: " ".join(words[:2]))
def test_an_operation_of_aws_exists_with_its_options(words: list[str]) -> None:
    service, command, *rest = words
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}

    shape = model.operation_model(operations[command]).input_shape

    assert shape
    options = {xform_name(name, "-") for name in shape.members}
    used = {word.removeprefix("--").removeprefix("no-") for word in rest if word.startswith("--")}
    assert used <= options | GLOBAL_OPTIONS


def raise_epochs(deps: FakeDependencies) -> None:
    """Step 5."""
    items = deps.client.tables[CONSENTS].items
    for pk, sk in epoch_keys(ACME):
        before = items.get((pk, sk), {"increments": {"N": "0"}})["increments"]["N"]
        items[pk, sk] = {
            **{"pk": {"S": pk}, "sk": {"S": sk}, "schema_version": {"N": "1"}},
            "increments": {"N": str(int(before) + 1_000_000)},
        }


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        pytest.param(True, DataSetStatus.TAINTED, id="as documented"),
        pytest.param(False, DataSetStatus.CLEAN, id="known-bad: epochs go back"),
    ],
)
def test_raised_epochs_let_a_withdrawal_find_data_sets_screened_after_the_moment(
    raised: bool, status: DataSetStatus, deps: FakeDependencies
) -> None:
    table = deps.client.tables[CONSENTS]
    moment = dict(table.items)
    for number in range(60):  # Enough withdrawals of others to increment every epoch.
        deps.record(consent_event(f"w-{number}", "withdrawal", person=f"person-{number}"))
    acme = ScreeningDriver(deps)
    acme.put([row("ann")])
    data_set_id = acme.screen().data_set_id
    assert data_set_id

    table.items = moment
    if raised:
        raise_epochs(deps)
    withdrawn = deps.record(consent_event("w-ann", "withdrawal", person="ann"))
    propagate_withdrawal(withdrawn.record, clock=lambda: NOW, deps=deps)

    assert get_data_set(data_set_id, caller=deps.caller, at=NOW, deps=deps).status is status
