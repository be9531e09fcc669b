"""How far each withdrawal has got, in the table of data sets; every item is written once.

<customer>#withdrawals#<party>   <withdrawal>#begun              the beginning
<customer>#withdrawals#<party>   <withdrawal>#found#<data set>   a data set holds the party
<customer>#withdrawals#<party>   <withdrawal>#landed#<data set>  it was marked, and that was told
<customer>#withdrawals#<party>   <withdrawal>#looked#<data set>  all up to it were looked at
<customer>#withdrawals#<party>   <withdrawal>#finished           it has landed everywhere

Withdrawals and data sets stand here by their tokens alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from consentry.aws.kept_once import all_kept, first_kept, keep
from consentry.domain.contract import Document, Moment
from consentry.domain.reach.reach import Reach, ReachedDataSet, ReachShown, parts_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BEGUN, FOUND, LANDED, FINISHED, LOOKED = "begun", "found", "landed", "finished", "looked"


class _Then(Document):
    at: Moment


@dataclass(frozen=True)
class ReachTable:
    """The port `Reaches`."""

    table: str
    client: Callable[[], "DynamoDBClient"]

    def begin(self, reach: Reach) -> Reach:
        """Keep the beginning, unless it was kept already."""
        place = _place(reach.withdrawal_id, BEGUN)
        return first_kept(self.client(), self.table, *place, reach)

    def shown(self, withdrawal_id: str) -> ReachShown | None:
        """How far it has got; None if it has not begun."""
        pk, beginning = _place(withdrawal_id, "")
        rows = dict(all_kept(self.client(), self.table, pk, beginning=beginning))
        if BEGUN not in rows:
            return None
        reach = Reach.model_validate_json(rows[BEGUN])
        tokens = [sk.removeprefix(f"{FOUND}#") for sk in rows if sk.startswith(f"{FOUND}#")]
        return ReachShown(
            withdrawal_id=withdrawal_id,
            acted_at=reach.acted_at,
            begun_at=reach.begun_at,
            finished_at=_at(rows.get(FINISHED)),
            data_sets=tuple(_reached(reach.customer, token, rows) for token in tokens),
        )

    def found(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """A data set holds the party."""
        self._keep(withdrawal_id, f"{FOUND}#{_token(data_set_id)}", at)

    def landed(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """A data set was marked, and that was told."""
        self._keep(withdrawal_id, f"{LANDED}#{_token(data_set_id)}", at)

    def looked(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """All up to this one were looked at."""
        self._keep(withdrawal_id, f"{LOOKED}#{_token(data_set_id)}", at)

    def looked_until(self, withdrawal_id: str) -> str | None:
        """The last that was looked at."""
        pk, beginning = _place(withdrawal_id, f"{LOOKED}#")
        tokens = [
            token for token, _ in all_kept(self.client(), self.table, pk, beginning=beginning)
        ]
        return f"{parts_of(withdrawal_id)[0]}~{max(tokens)}" if tokens else None

    def finish(self, withdrawal_id: str, at: datetime) -> bool:
        """It has landed everywhere; whether it was this call that said so."""
        return self._keep(withdrawal_id, FINISHED, at)

    def _keep(self, withdrawal_id: str, what: str, at: datetime) -> bool:
        return keep(self.client(), self.table, *_place(withdrawal_id, what), _Then(at=at))


def _place(withdrawal_id: str, what: str) -> tuple[str, str]:
    customer, party, token = parts_of(withdrawal_id)
    return f"{customer}#withdrawals#{party}", f"{token}#{what}"


def _token(data_set_id: str) -> str:
    return data_set_id.rpartition("~")[2]


def _at(row: str | None) -> datetime | None:
    return _Then.model_validate_json(row).at if row else None


def _reached(customer: str, token: str, rows: dict[str, str]) -> ReachedDataSet:
    return ReachedDataSet(
        data_set_id=f"{customer}~{token}",
        found_at=_Then.model_validate_json(rows[f"{FOUND}#{token}"]).at,
        landed_at=_at(rows.get(f"{LANDED}#{token}")),
    )
