"""Data sets in the data set table; every item is written once.

<customer>#datasets          <token>                  a data set
<customer>#dataset#<token>   model#<model id>         a model that was trained on it
<customer>#dataset#<token>   taint#<withdrawal id>    that a withdrawal concerns it
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.aws.table import Key, Table
from consentry.datasets.data_set import DataSet
from consentry.datasets.remediation import DataSetState, RegisteredModel, Taint
from consentry.kernel.ids import CustomerToken
from consentry.kernel.schema import StrictModel

MODEL, TAINT = "model#", "taint#"


@dataclass(frozen=True)
class DataSetRepository:
    """The data sets that screenings left, their models and taints. Nothing is ever changed."""

    table: Table

    def record(self, data_set: DataSet) -> None:
        """Store a data set; the same one again changes nothing."""
        self.table.put_if_absent(_key(data_set.data_set_id), _row(data_set))

    def of(self, data_set_id: str) -> DataSet | None:
        """One data set, strongly consistent."""
        item = self.table.get(_key(data_set_id))
        return DataSet.model_validate_json(item["row"]) if item else None

    def of_customer(self, customer: str, after: str | None = None) -> Iterator[DataSet]:
        """A customer's data sets in the order of their ids, strongly consistent; those after the id `after`."""
        pk, token = _key(after) if after else (_partition(customer), None)
        for _, item in self.table.query(pk, after=token):
            yield DataSet.model_validate_json(item["row"])

    def state_of(self, data_set_id: str) -> DataSetState:
        """The models and taints of a data set, strongly consistent."""
        rows = [(sk, item["row"]) for sk, item in self.table.query(_own_partition(data_set_id))]
        return DataSetState(
            models=tuple(
                RegisteredModel.model_validate_json(row) for sk, row in rows if sk.startswith(MODEL)
            ),
            taints=tuple(
                Taint.model_validate_json(row) for sk, row in rows if sk.startswith(TAINT)
            ),
        )

    def register(self, data_set_id: str, model: RegisteredModel) -> RegisteredModel:
        """Store a model; the first one under its id stays, and is returned."""
        key = _own_partition(data_set_id), f"{MODEL}{model.model.model_id}"
        return self._put_or_get(key, model)

    def taint(self, data_set_id: str, taint: Taint) -> Taint:
        """Mark a data set as tainted by a withdrawal; the first mark for this withdrawal stays, and is returned."""
        return self._put_or_get(
            (_own_partition(data_set_id), f"{TAINT}{taint.withdrawal_id}"), taint
        )

    def _put_or_get[Row: StrictModel](self, key: Key, row: Row) -> Row:
        if self.table.put_if_absent(key, _row(row)):
            return row
        stored = self.table.get(key)
        return type(row).model_validate_json(stored["row"]) if stored else row


def _row(row: StrictModel) -> dict[str, str]:
    return {"row": row.model_dump_json()}


def _partition(customer: str) -> str:
    return f"{customer}#datasets"


def _key(data_set_id: str) -> Key:
    customer, token = CustomerToken.parse(data_set_id)
    return _partition(customer), token


def _own_partition(data_set_id: str) -> str:
    customer, token = CustomerToken.parse(data_set_id)
    return f"{customer}#dataset#{token}"
