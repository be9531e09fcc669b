"""Register, show and list the models that were trained on a data set."""

import re
from dataclasses import dataclass
from datetime import datetime

from consentry.datasets.get_data_set import DataSetDetails, describe_data_set, find_data_set
from consentry.datasets.open import DataSetDependencies
from consentry.datasets.remediation import Model, RegisteredModel
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import ConflictingIdError, NotFoundError
from consentry.kernel.pages import require_page, take_page
from consentry.kernel.schema import ID_PATTERN

_PAGE = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class ModelPage:
    """Some models of a data set in the order of their ids; the last page has no `next_page`."""

    models: tuple[RegisteredModel, ...]
    next_page: str | None


def register_model(
    data_set_id: str, model: Model, *, caller: Caller, at: datetime, deps: DataSetDependencies
) -> DataSetDetails:
    """Store a model of a data set, tainted or not. The same model again changes nothing.

    Raises ForbiddenCustomerError, NotFoundError; ConflictingIdError if another model has this id.
    """
    data_set = find_data_set(data_set_id, Permission.ADMINISTER, caller=caller, deps=deps)
    registered = RegisteredModel(
        model=model,
        at=at,
        registered_by=deps.pseudonyms.key_of(data_set.customer).pseudonym(caller.identity),
    )
    if deps.data_sets.register_model(data_set_id, registered).model != model:
        raise ConflictingIdError("model_id")
    return describe_data_set(data_set, at=at, deps=deps)


def get_model(
    data_set_id: str, model_id: str, *, caller: Caller, deps: DataSetDependencies
) -> RegisteredModel:
    """One model of a data set. Raises ForbiddenCustomerError, NotFoundError."""
    find_data_set(data_set_id, Permission.READ, caller=caller, deps=deps)
    model = deps.data_sets.get_model(data_set_id, model_id)
    if model is None:
        raise NotFoundError("model")
    return model


def list_models(
    data_set_id: str, *, limit: int, page: str | None, caller: Caller, deps: DataSetDependencies
) -> ModelPage:
    """A page of a data set's models. Raises ForbiddenCustomerError, NotFoundError, InvalidRequestError."""
    find_data_set(data_set_id, Permission.READ, caller=caller, deps=deps)
    require_page(page, _PAGE)
    models, more = take_page(deps.data_sets.list_models(data_set_id, page), limit)
    return ModelPage(models, models[-1].model.model_id if more else None)
