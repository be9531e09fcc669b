"""The data sets that screenings left, in DynamoDB; every item is written once.

<customer>#datasets          <token>                         a record
<customer>#dataset#<token>   model#<model id>                a model made of it
<customer>#dataset#<token>   taint#<withdrawal id>           a mark
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.aws.kept_once import all_kept, first_kept, keep, kept
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.remedies import Kept, RegisteredModel, Taint

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DataSetTable:
    """The port `DataSets`."""

    table: str
    client: Callable[[], "DynamoDBClient"]

    def record(self, data_set: DataSet) -> None:
        """Keep a record."""
        keep(self.client(), self.table, *_place(data_set.data_set_id), data_set)

    def of(self, data_set_id: str) -> DataSet | None:
        """One record, strongly consistent."""
        found = kept(self.client(), self.table, *_place(data_set_id))
        return DataSet.model_validate_json(found) if found else None

    def of_customer(self, customer: str, after: str | None = None) -> Iterator[DataSet]:
        """All records of a customer in the order of their ids, strongly consistent; from `after` on."""
        pk, token = _place(after) if after else (f"{customer}#datasets", None)
        for _, row in all_kept(self.client(), self.table, pk, after=token):
            yield DataSet.model_validate_json(row)

    def kept_of(self, data_set_id: str) -> Kept:
        """Models and marks, strongly consistent."""
        rows: dict[str, list[str]] = {"model": [], "taint": []}
        for sk, row in all_kept(self.client(), self.table, _own(data_set_id)):
            rows[sk.partition("#")[0]].append(row)
        return Kept(
            models=tuple(map(RegisteredModel.model_validate_json, rows["model"])),
            taints=tuple(map(Taint.model_validate_json, rows["taint"])),
        )

    def register(self, data_set_id: str, model: RegisteredModel) -> RegisteredModel:
        """Keep a model, unless one came before it under its id."""
        place = _own(data_set_id), f"model#{model.model.model_id}"
        return first_kept(self.client(), self.table, *place, model)

    def taint(self, data_set_id: str, taint: Taint) -> Taint:
        """Mark a data set, unless it was marked for this withdrawal before."""
        place = _own(data_set_id), f"taint#{taint.withdrawal_id}"
        return first_kept(self.client(), self.table, *place, taint)


def _place(data_set_id: str) -> tuple[str, str]:
    customer, _, token = data_set_id.rpartition("~")
    return f"{customer}#datasets", token


def _own(data_set_id: str) -> str:
    customer, _, token = data_set_id.rpartition("~")
    return f"{customer}#dataset#{token}"
