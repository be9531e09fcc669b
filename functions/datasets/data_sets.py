"""How the data-set door reads and writes with the environment's stores."""

import os
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote

from pydantic import BeforeValidator, StringConstraints

from consentry.datasets.get_data_set import DataSetDetails, get_data_set
from consentry.datasets.register_model import register_model
from consentry.datasets.remediation import Model
from consentry.kernel.authorization import Caller
from consentry.propagation.get_withdrawal import get_withdrawal
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagation import PropagationStatus
from functions.adapters.api_gateway import logger
from functions.adapters.observability import count

WithdrawalId = Annotated[str, StringConstraints(max_length=300), BeforeValidator(unquote)]
"""`customer~party~token` in a path, percent-encoded or not."""


def shown(data_set_id: str, caller: Caller) -> DataSetDetails:
    """One data set."""
    return get_data_set(data_set_id, caller=caller, deps=PropagationDependencies.open(os.environ))


def register(data_set_id: str, model: Model, caller: Caller) -> DataSetDetails:
    """A data set with a model that was made of it."""
    deps, now = PropagationDependencies.open(os.environ), datetime.now(UTC)
    found = register_model(data_set_id, model, caller=caller, at=now, deps=deps)
    logger.info("model registered", extra={"kind": model.kind, "status": found.status})
    count(f"Model.{model.kind}")
    return found


def get_withdrawal_status(withdrawal_id: str, caller: Caller) -> PropagationStatus:
    """How far a withdrawal has got."""
    return get_withdrawal(
        withdrawal_id, caller=caller, deps=PropagationDependencies.open(os.environ)
    )
