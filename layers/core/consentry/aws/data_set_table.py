"""The data sets that screenings left, in DynamoDB; every item is written once.

<customer>#datasets          <token>                         a record
<customer>#dataset#<token>   model#<model id>                a model made of it
<customer>#dataset#<token>   taint#<withdrawal id>           a mark
<customer>#dataset#<token>   remedy#<withdrawal>#<model id>  what is to be done; without a model, about itself
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.aws.kept_once import all_kept, keep, kept
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.remedies import Kept, RegisteredModel, StatedRemedy, Taint

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

    def of_customer(self, customer: str) -> Iterator[DataSet]:
        """All records of a customer, strongly consistent."""
        for _, row in all_kept(self.client(), self.table, f"{customer}#datasets", ""):
            yield DataSet.model_validate_json(row)

    def kept_of(self, data_set_id: str) -> Kept:
        """Models, taints and remedies, strongly consistent."""
        rows: dict[str, list[str]] = {"model": [], "taint": [], "remedy": []}
        for sk, row in all_kept(self.client(), self.table, _own(data_set_id), ""):
            rows[sk.partition("#")[0]].append(row)
        return Kept(
            models=tuple(map(RegisteredModel.model_validate_json, rows["model"])),
            taints=tuple(map(Taint.model_validate_json, rows["taint"])),
            remedies=tuple(map(StatedRemedy.model_validate_json, rows["remedy"])),
        )

    def register(self, data_set_id: str, model: RegisteredModel) -> RegisteredModel:
        """Keep a model, unless one came before it under its id."""
        place = _own(data_set_id), f"model#{model.model.model_id}"
        if keep(self.client(), self.table, *place, model):
            return model
        found = kept(self.client(), self.table, *place)
        return RegisteredModel.model_validate_json(found) if found else model

    def taint(self, data_set_id: str, taint: Taint) -> None:
        """Mark a data set."""
        keep(self.client(), self.table, _own(data_set_id), f"taint#{taint.withdrawal_id}", taint)

    def state(self, data_set_id: str, remedy: StatedRemedy) -> None:
        """Keep what is to be done."""
        sk = f"remedy#{remedy.withdrawal_id}#{remedy.model_id or ''}"
        keep(self.client(), self.table, _own(data_set_id), sk, remedy)


def _place(data_set_id: str) -> tuple[str, str]:
    customer, _, token = data_set_id.rpartition("~")
    return f"{customer}#datasets", token


def _own(data_set_id: str) -> str:
    customer, _, token = data_set_id.rpartition("~")
    return f"{customer}#dataset#{token}"
