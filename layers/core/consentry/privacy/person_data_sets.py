"""The data sets that one person is in, and what that person's own withdrawals came to there; of others, nothing."""

from dataclasses import dataclass
from datetime import datetime

from consentry.datasets.data_set import DataSet
from consentry.datasets.remediation import DataSetState, Model, Remediation
from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Service
from consentry.propagation.propagation import party_of_withdrawal


@dataclass(frozen=True, slots=True)
class PersonDataSet:
    """What a screening admitted with the person in it, and what was made of it.

    `data`: all that is in it, of whomever. `tainted_since`: when a withdrawal of the person's own reached it, None
    if none did; `remedies`: what these ask to be done. Whether somebody else withdrew is not told (Art. 15(4)).
    """

    data_set_id: str
    decision_id: str
    at: datetime
    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    models: tuple[Model, ...]
    tainted_since: datetime | None
    remediations: tuple[Remediation, ...]


def person_data_set(pseudonym: str, data_set: DataSet, kept: DataSetState) -> PersonDataSet:
    """A data set that holds the person of this name, as that person may see it."""
    taints = tuple(
        each for each in kept.taints if party_of_withdrawal(each.withdrawal_id) == pseudonym
    )
    return PersonDataSet(
        data_set_id=data_set.data_set_id,
        decision_id=data_set.decision_id,
        at=data_set.at,
        operation=data_set.operation,
        service=data_set.service,
        model_owner=data_set.model_owner,
        data=data_set.data,
        models=tuple(each.model for each in kept.models),
        tainted_since=min((each.at for each in taints), default=None),
        remediations=data_set.remediations(DataSetState(models=kept.models, taints=taints)),
    )
