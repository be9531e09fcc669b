"""Data sets in the data set table; every item is written once.

<customer>#datasets          <token>                  a data set
<customer>#dataset#<token>   model#<model id>         a model that was trained on it
<customer>#dataset#<token>   outdated                 that it was found outdated
<customer>#dataset#<token>   taint#<withdrawal id>    a withdrawal that affects it
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from consentry.aws.table import Key, Table
from consentry.datasets.data_set import DataSet
from consentry.datasets.remediation import DataSetState, OutdatedMark, RegisteredModel, Taint
from consentry.kernel.ids import CustomerToken
from consentry.kernel.schema import StrictModel

_DATA_SETS = "#datasets"
"""The end of a customer's partition of data sets. No other partition key contains it: ids have no `#`."""

MODEL, OUTDATED, TAINT = "model#", "outdated", "taint#"


@dataclass(frozen=True)
class DataSetRepository:
    """Data sets, their models and taints. All reads are strongly consistent."""

    table: Table

    def record(self, data_set: DataSet) -> None:
        """Store a data set; the same one again changes nothing."""
        self.table.put_if_absent(_key(data_set.data_set_id), _row(data_set))

    def get(self, data_set_id: str) -> DataSet | None:
        """The data set with this id, also if its screening was never committed."""
        item = self.table.get(_key(data_set_id))
        return DataSet.model_validate_json(item["row"]) if item else None

    def list_by_customer(self, customer: str, after: str | None = None) -> Iterator[DataSet]:
        """A customer's data sets in the order of their ids; with `after`, only those after this token."""
        for _, item in self.table.query(_partition(customer), after=after):
            yield DataSet.model_validate_json(item["row"])

    def list_all(self) -> Iterator[DataSet]:
        """The data sets of all customers, in no order. It reads the whole table."""
        for item in self.table.scan_partitions(_DATA_SETS):
            yield DataSet.model_validate_json(item["row"])

    def get_state(self, data_set_id: str) -> DataSetState:
        """The models and taints of a data set, and that it was found outdated."""
        rows = [(sk, item["row"]) for sk, item in self.table.query(_own_partition(data_set_id))]
        return DataSetState(
            models=tuple(
                RegisteredModel.model_validate_json(row) for sk, row in rows if sk.startswith(MODEL)
            ),
            taints=tuple(
                Taint.model_validate_json(row) for sk, row in rows if sk.startswith(TAINT)
            ),
            outdated=next(
                (OutdatedMark.model_validate_json(row) for sk, row in rows if sk == OUTDATED), None
            ),
        )

    def get_model(self, data_set_id: str, model_id: str) -> RegisteredModel | None:
        """The model of a data set with this id."""
        item = self.table.get((_own_partition(data_set_id), f"{MODEL}{model_id}"))
        return RegisteredModel.model_validate_json(item["row"]) if item else None

    def list_models(self, data_set_id: str, after: str | None = None) -> Iterator[RegisteredModel]:
        """The models of a data set in the order of their ids; with `after`, only those after this id."""
        rows = self.table.query(_own_partition(data_set_id), after=f"{MODEL}{after or ''}")
        for _, item in takewhile(lambda row: row[0].startswith(MODEL), rows):
            yield RegisteredModel.model_validate_json(item["row"])

    def register_model(self, data_set_id: str, model: RegisteredModel) -> RegisteredModel:
        """Store a model; returns the one that was stored first under its id."""
        key = _own_partition(data_set_id), f"{MODEL}{model.model.model_id}"
        return put_or_get(self.table, key, model)

    def taint(self, data_set_id: str, taint: Taint) -> Taint:
        """Mark a data set as tainted; returns the mark stored first for this withdrawal."""
        key = _own_partition(data_set_id), f"{TAINT}{taint.withdrawal_id}"
        return put_or_get(self.table, key, taint)

    def mark_outdated(self, data_set_id: str, mark: OutdatedMark) -> OutdatedMark:
        """Mark a data set as outdated; returns the mark that was stored first."""
        return put_or_get(self.table, (_own_partition(data_set_id), OUTDATED), mark)


def put_or_get[Row: StrictModel](table: Table, key: Key, row: Row) -> Row:
    """Store a row if its key is free; returns the one that was stored first."""
    stored = None if table.put_if_absent(key, _row(row)) else table.get(key)
    return type(row).model_validate_json(stored["row"]) if stored else row


def _row(row: StrictModel) -> dict[str, str]:
    return {"row": row.model_dump_json()}


def _partition(customer: str) -> str:
    return f"{customer}{_DATA_SETS}"


def _key(data_set_id: str) -> Key:
    customer, token = CustomerToken.parse(data_set_id)
    return _partition(customer), token


def _own_partition(data_set_id: str) -> str:
    customer, token = CustomerToken.parse(data_set_id)
    return f"{customer}#dataset#{token}"
