"""A record of the stream that cannot be carried ends in the dead letters, and is replayed from there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consentry.domain.reach.remedies import ModelKind
from infra.cli import dataset
from infra.cli import withdrawal as command
from infra.local.cloud import LocalCloud
from infra.local.translate import REGION
from tests.functions.conftest import Customer
from tests.functions.reached import screened, withdraw


def test_a_poison_record_ends_in_the_dead_letters_and_its_neighbours_land(
    cloud: LocalCloud, acme: Customer
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    table = next(
        function.environment["CONSENT_TABLE"] for function in cloud.wiring.functions.values()
    )
    poison = {"pk": {"S": f"{acme.id}#x"}, "sk": {"S": "act#bad"}, "record": {"S": "{}"}}
    cloud.client("dynamodb").put_item(TableName=table, Item=poison)
    withdraw(acme, "ana")

    cloud.deliver()

    (letter,) = [each for each in cloud.dead_letters() if "ReachDeadLetters" in each.queue]
    where = json.loads(letter.body)["DDBStreamBatchInfo"]
    assert where["batchSize"] == 1
    assert where["startSequenceNumber"] == where["endSequenceNumber"]
    assert where["streamArn"].startswith("arn:aws:dynamodb:")
    assert acme.send("GET", f"/datasets/{data_set}").body["condition"] == "tainted"


@pytest.mark.parametrize("by", ["letter", "id"])
def test_what_ended_in_the_dead_letters_is_replayed(
    cloud: LocalCloud,
    acme: Customer,
    by: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    with damaged(acme, acme.send("GET", f"/datasets/{data_set}").body["data_set"]["people"]["key"]):
        withdrawal = withdraw(acme, "ana")
        cloud.deliver()
    assert acme.send("GET", f"/datasets/{data_set}").body["condition"] == "clean"
    letter = [each for each in cloud.dead_letters() if "ReachDeadLetters" in each.queue][-1]
    (tmp_path / "letter.json").write_text(letter.body)
    for function in cloud.wiring.functions.values():
        if function.logical_id == "ConsentStreamFunction":
            for name, value in function.environment.items():
                if name != "TERMS_DIRECTORY":
                    monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)

    if by == "letter":
        command.replay(letter=tmp_path / "letter.json")
    else:
        command.replay(withdrawal)
    command.show(withdrawal)
    dataset.show(data_set)
    dataset.models(data_set, add="m", kind=ModelKind.ADAPTER)

    assert acme.send("GET", f"/datasets/{data_set}").body["condition"] == "tainted"
    said = capsys.readouterr().out
    assert "replayed 1" in said
    assert f"{data_set}  landed: 2" in said
    assert "stated, not done: exclude_next_time (the data set)" in said
    assert "m  adapter  at unknown" in said


@contextmanager
def damaged(acme: Customer, key: str) -> Iterator[None]:
    """An object that cannot be read as it should be, for a while."""
    place = {"Bucket": acme.cloud.wiring.buckets["ScreeningBucket"], "Key": key}
    s3 = acme.cloud.client("s3")
    whole = s3.get_object(**place)["Body"].read()
    s3.put_object(**place, Body=b"")
    yield
    s3.put_object(**place, Body=whole)
