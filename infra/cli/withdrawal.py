"""`consentry withdrawal`: where one has landed, and where not yet; replay one that did not land."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from cyclopts import App

from consentry.aws.stores import open_reaches
from consentry.domain.errors import MalformedError
from consentry.domain.reach.reach import ReachShown
from consentry.domain.strict_json import load_object
from consentry.flows.show_withdrawal import show_withdrawal, withdrawal_named
from functions.consent.carrying import carry, read_act
from infra.cli.dataset import DATA_SETS
from infra.cli.operating import (
    DEFAULTS,
    StackName,
    named_by,
    operator,
    read_file,
    refusals_told,
    stores_of,
)

app = App(
    name="withdrawal",
    help="Where a withdrawal has landed, and where not yet; replay one that did not land.",
)

CARRYING = DATA_SETS | {
    "PERMIT_TABLE": "PermitTableName",
    "SCREENING_BUCKET": "ScreeningBucketName",
    "EVENT_BUS": "DataUseBusName",
}


@app.command
def show(withdrawal_id: str, *, stack: StackName = None) -> None:
    """Print which data sets hold the party of a withdrawal, and when each was marked.

    Parameters
    ----------
    withdrawal_id
        As the answer to the withdrawal named it.
    """
    with refusals_told():
        reaches = open_reaches(named_by(stack, DATA_SETS))
        consents = stores_of(stack).consents
        found = show_withdrawal(
            withdrawal_id, caller=operator(), consents=consents, reaches=reaches
        )
        print(_in_words(found))


@app.command
def replay(
    withdrawal_id: str | None = None, *, letter: Path | None = None, stack: StackName = None
) -> None:
    """Carry a withdrawal on that did not land everywhere; what was done already is not done again.

    Parameters
    ----------
    withdrawal_id
        Which one, whenever it was.
    letter
        A dead letter of ReachDeadLetters, whose records the stream still holds: for a day.
    """
    with refusals_told():
        environment = DEFAULTS | named_by(stack, CARRYING)
        consents = stores_of(stack).consents
        if withdrawal_id:
            acts = [withdrawal_named(withdrawal_id, caller=operator(), consents=consents)]
        elif letter:
            acts = [act for record in _records(letter) if (act := read_act(record))]
        else:
            raise MalformedError("withdrawal_id", "is missing, and there is no --letter either")
        for act in acts:
            carry(act, Logger(service="consentry"), environment)
        print(f"replayed {len(acts)}")


def _records(letter: Path) -> Iterator[Any]:
    """The records of a stream that a dead letter names, read again."""
    import boto3  # noqa: PLC0415 - `consentry --help` does without

    where = load_object(read_file(letter))["DDBStreamBatchInfo"]
    streams = boto3.client("dynamodbstreams")
    iterator = streams.get_shard_iterator(
        StreamArn=where["streamArn"],
        ShardId=where["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=where["startSequenceNumber"],
    )["ShardIterator"]
    last = int(where["endSequenceNumber"])
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return
            changed = dict(record["dynamodb"])
            changed["ApproximateCreationDateTime"] = changed[
                "ApproximateCreationDateTime"
            ].timestamp()
            yield {**record, "dynamodb": changed}
        iterator = page["NextShardIterator"] if page["Records"] else ""


def _in_words(found: ReachShown) -> str:
    if found.begun_at is None:
        return f"acted {found.acted_at:%Y-%m-%dT%H:%M:%SZ}; not begun"
    ended = f"finished {found.finished_at:%Y-%m-%dT%H:%M:%SZ}" if found.finished_at else "under way"
    lines = [f"acted {found.acted_at:%Y-%m-%dT%H:%M:%SZ}; {ended}"]
    for each in found.data_sets:
        landed = f"{each.landed_at:%Y-%m-%dT%H:%M:%SZ}" if each.landed_at else "not yet"
        lines.append(f"{each.data_set_id}  landed: {landed}")
    return "\n".join(lines)
