"""A model was made of a data set: kept, so that whoever asks is told what a withdrawal asks to be done about it."""

from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.errors import ConflictingIdError
from consentry.domain.reach.remedies import Model, RegisteredModel
from consentry.flows.show_data_set import (
    DataSetShown,
    ShowingDataSets,
    data_set_named,
    show_data_set,
)
from consentry.flows.worlds import WithKeys


class RegisteringModels(ShowingDataSets, WithKeys, Protocol):
    """What registering a model asks."""


def register_model(
    data_set_id: str, model: Model, *, caller: Caller, at: datetime, world: RegisteringModels
) -> DataSetShown:
    """Keep a model of a data set, tainted or not; the same again is the same.

    Raises ForeignCustomerError, NotFoundError; ConflictingIdError if this model id was registered otherwise.
    """
    data_set = data_set_named(data_set_id, caller=caller, world=world)
    by = world.keys.key_of(data_set.customer).pseudonym(caller.identity)
    offered = RegisteredModel(model=model, at=at, registered_by=by)
    if world.data_sets.register(data_set_id, offered).model != model:
        raise ConflictingIdError("model_id")
    return show_data_set(data_set_id, caller=caller, world=world)
