"""HTTP: data sets, the models trained on them, and how far withdrawals have propagated."""

import os
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from pydantic import BeforeValidator, StringConstraints

from consentry.datasets import get_data_set as data_sets
from consentry.datasets import register_model as models
from consentry.datasets.get_data_set import DataSetDetails, DataSetPage
from consentry.datasets.register_model import ModelPage
from consentry.datasets.remediation import Model, RegisteredModel
from consentry.kernel.authorization import Permission
from consentry.kernel.errors import ConflictingIdError, NotFoundError
from consentry.propagation import get_withdrawal as propagation
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagation import PropagationStatus, parse_withdrawal_id
from functions.adapters.api_gateway import Api, Limit, Page, PathCustomerToken, PathId
from functions.adapters.observability import count, logger

app = Api("datasets")
handle = app.handle

WithdrawalId = Annotated[str, StringConstraints(max_length=300), BeforeValidator(unquote)]
"""`customer~party~token` in a path, percent-encoded or not."""


@app.endpoint("GET /customers/{customer}/data-sets", "List the data sets", Permission.READ)
def list_data_sets(customer: PathId, limit: Limit = 50, page: Page = None) -> DataSetPage:
    """The customer's data sets in the order of their ids.

    A page before the last one may have fewer than `limit` data sets, or none.
    """
    caller, now = app.authenticate(), datetime.now(UTC)
    deps = PropagationDependencies.open(os.environ)
    return data_sets.list_data_sets(
        customer, limit=limit, page=page, caller=caller, at=now, deps=deps
    )


@app.endpoint(
    "GET /customers/{customer}/data-sets/{data_set_id}", "Show one data set", Permission.READ
)
def get_data_set(customer: PathId, data_set_id: PathCustomerToken) -> DataSetDetails:
    """A data set: clean, outdated or tainted, the models trained on it, and what to do about them."""
    caller, now = app.authorize(customer, data_set_id, "data set"), datetime.now(UTC)
    deps = PropagationDependencies.open(os.environ)
    return data_sets.get_data_set(data_set_id, caller=caller, at=now, deps=deps)


@app.endpoint(
    "POST /customers/{customer}/data-sets/{data_set_id}/models",
    "Register a model that was trained on a data set",
    Permission.ADMINISTER,
    ConflictingIdError,
)
def register_model(
    customer: PathId, data_set_id: PathCustomerToken, model: Model
) -> Response[RegisteredModel]:
    """Register a model, so that a withdrawal finds it. The same model again changes nothing."""
    caller, now = app.authorize(customer, data_set_id, "data set"), datetime.now(UTC)
    deps = PropagationDependencies.open(os.environ)
    details = models.register_model(data_set_id, model, caller=caller, at=now, deps=deps)
    logger.info("model registered", extra={"kind": model.kind, "status": details.status})
    count(f"Model.{model.kind}")
    registered = next(each for each in details.models if each.model.model_id == model.model_id)
    path = f"/customers/{customer}/data-sets/{data_set_id}/models/{model.model_id}"
    return app.created(registered, path)


@app.endpoint(
    "GET /customers/{customer}/data-sets/{data_set_id}/models",
    "List the models that were trained on a data set",
    Permission.READ,
)
def list_models(
    customer: PathId, data_set_id: PathCustomerToken, limit: Limit = 50, page: Page = None
) -> ModelPage:
    """The models of a data set in the order of their ids."""
    caller = app.authorize(customer, data_set_id, "data set")
    deps = PropagationDependencies.open(os.environ)
    return models.list_models(data_set_id, limit=limit, page=page, caller=caller, deps=deps)


@app.endpoint(
    "GET /customers/{customer}/data-sets/{data_set_id}/models/{model_id}",
    "Show one model",
    Permission.READ,
)
def get_model(
    customer: PathId, data_set_id: PathCustomerToken, model_id: PathId
) -> RegisteredModel:
    """One model of a data set."""
    caller = app.authorize(customer, data_set_id, "data set")
    deps = PropagationDependencies.open(os.environ)
    return models.get_model(data_set_id, model_id, caller=caller, deps=deps)


@app.endpoint(
    "GET /customers/{customer}/withdrawals/{withdrawal_id}",
    "Show how far a withdrawal has propagated",
    Permission.READ,
)
def get_withdrawal(customer: PathId, withdrawal_id: WithdrawalId) -> PropagationStatus:
    """The data sets that contain the party of a withdrawal or refusal, and when each was marked."""
    caller = app.authenticate()
    caller.require_customer(customer)
    if parse_withdrawal_id(withdrawal_id)[0] != customer:
        raise NotFoundError("withdrawal")
    deps = PropagationDependencies.open(os.environ)
    return propagation.get_withdrawal(withdrawal_id, caller=caller, deps=deps)
