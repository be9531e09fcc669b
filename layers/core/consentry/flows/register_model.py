"""A model was made of a data set: kept, so that a withdrawal finds it."""

from datetime import datetime

from consentry.domain.callers import Caller
from consentry.domain.errors import ConflictingIdError
from consentry.domain.reach.remedies import Model, RegisteredModel
from consentry.flows.ports import Decisions, KeyRing
from consentry.flows.reach_ports import DataSets
from consentry.flows.show_data_set import DataSetShown, data_set_named, show_data_set


def register_model(
    data_set_id: str,
    model: Model,
    *,
    caller: Caller,
    at: datetime,
    keys: KeyRing,
    data_sets: DataSets,
    decisions: Decisions,
) -> DataSetShown:
    """Keep a model of a data set, tainted or not; the same again is the same.

    Raises ForeignCustomerError, NotFoundError; ConflictingIdError if this model id was registered otherwise.
    """
    data_set = data_set_named(data_set_id, caller=caller, data_sets=data_sets, decisions=decisions)
    by = keys.key_of(data_set.customer).pseudonym(caller.identity)
    kept = data_sets.register(data_set_id, RegisteredModel(model=model, at=at, registered_by=by))
    if kept.model != model:
        raise ConflictingIdError("model_id")
    return show_data_set(data_set_id, caller=caller, data_sets=data_sets, decisions=decisions)
