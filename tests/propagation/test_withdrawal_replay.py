"""A stream record that cannot propagate is dead-lettered, and is replayed from its message."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consentry.datasets.remediation import ModelKind
from consentry_cli import dataset
from consentry_cli import withdrawal as command
from consentry_emulator.emulator import Emulator
from consentry_emulator.event_log import DeadLetter
from consentry_emulator.sam_transform import REGION
from tests.testkit.api.data_sets import screened, withdraw
from tests.testkit.api.fixtures import Customer


def letters(cloud: Emulator) -> list[DeadLetter]:
    return [each for each in cloud.dead_letters() if "PropagationDeadLetters" in each.queue]


def test_an_invalid_stream_record_is_dead_lettered_and_others_propagate(
    cloud: Emulator, acme: Customer
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    table = next(
        function.environment["CONSENT_TABLE"] for function in cloud.wiring.functions.values()
    )
    poison = {"pk": {"S": f"{acme.id}#x"}, "sk": {"S": "consent_event#bad"}, "record": {"S": "{}"}}
    before = len(letters(cloud))
    cloud.client("dynamodb").put_item(TableName=table, Item=poison)
    withdraw(acme, "ana")

    cloud.deliver()

    (letter,) = letters(cloud)[before:]
    assert json.loads(letter.body)["dynamodb"]["NewImage"] == poison
    assert acme.send("GET", f"{acme.path}/data-sets/{data_set}").body["status"] == "tainted"


@pytest.mark.parametrize("what", ["withdrawal", "erasure"])
def test_a_dead_lettered_withdrawal_is_replayed_from_its_message(
    cloud: Emulator,
    acme: Customer,
    what: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    erasure = {"erasure_id": "e-1", "party": {"person": "ana"}}
    with bus_gone(cloud):
        if what == "erasure":
            acme.send("POST", f"{acme.path}/erasures", erasure)
        else:
            withdraw(acme, "ana")
        cloud.deliver()
    (tmp_path / "letter.json").write_text(letters(cloud)[-1].body)
    as_operator(cloud, monkeypatch)

    command.replay(dead_letter=tmp_path / "letter.json")
    command.replay(dead_letter=tmp_path / "letter.json")
    dataset.models(data_set, add="m", kind=ModelKind.ADAPTER)
    dataset.show(data_set)

    output = capsys.readouterr().out
    assert f"{data_set}  propagated 2" in output
    assert "nothing to do" in output
    assert "to do:  exclude_from_next_training  the data set" in output
    assert "to do:  remove_adapter              m" in output


def test_a_withdrawal_is_replayed_by_its_id(
    cloud: Emulator,
    acme: Customer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    withdrawal = withdraw(acme, "ana")
    as_operator(cloud, monkeypatch)

    command.replay(withdrawal)
    command.show(withdrawal)

    assert capsys.readouterr().out.count(f"{data_set}  propagated 2") == 2
    assert acme.send("GET", f"{acme.path}/data-sets/{data_set}").body["status"] == "tainted"


def as_operator(cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for function in cloud.wiring.functions.values():
        if function.logical_id == "ConsentPropagationQueueFunction":
            for name, value in function.environment.items():
                if name != "TERMS_DIRECTORY":
                    monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@contextmanager
def bus_gone(cloud: Emulator) -> Iterator[None]:
    """The bus takes nothing for a while."""

    def refused(_: object) -> dict[str, int]:
        return {"FailedEntryCount": 1}

    stubs = cloud.call_hook.stubs
    stubs["events", "PutEvents"] = refused
    yield
    del stubs["events", "PutEvents"]
