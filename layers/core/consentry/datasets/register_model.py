"""A model was made of a data set: kept, so that whoever asks is told what a withdrawal asks to be done about it."""

from datetime import datetime

from consentry.datasets.get_data_set import DataSetDetails, find_data_set, get_data_set
from consentry.datasets.open import DataSetDependencies
from consentry.datasets.remediation import Model, RegisteredModel
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConflictingIdError


def register_model(
    data_set_id: str, model: Model, *, caller: Caller, at: datetime, deps: DataSetDependencies
) -> DataSetDetails:
    """Keep a model of a data set, tainted or not; the same again is the same.

    Raises ForbiddenCustomerError, NotFoundError; ConflictingIdError if this model id was registered otherwise.
    """
    data_set = find_data_set(data_set_id, caller=caller, deps=deps)
    by = deps.pseudonyms.key_of(data_set.customer).pseudonym(caller.identity)
    offered = RegisteredModel(model=model, at=at, registered_by=by)
    if deps.data_sets.register(data_set_id, offered).model != model:
        raise ConflictingIdError("model_id")
    return get_data_set(data_set_id, caller=caller, deps=deps)
