"""How the data-set door reads and writes with the environment's stores."""

import os
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote

from pydantic import BeforeValidator, StringConstraints

from consentry.aws.stores import open_stores
from consentry.domain.callers import Caller
from consentry.domain.reach.reach import ReachShown
from consentry.domain.reach.remedies import Model
from consentry.flows.register_model import register_model
from consentry.flows.show_data_set import DataSetShown, show_data_set
from consentry.flows.show_withdrawal import show_withdrawal
from functions.http import logger
from functions.telling import count

WithdrawalId = Annotated[str, StringConstraints(max_length=300), BeforeValidator(unquote)]
"""`customer~party~token` in a path, percent-encoded or not."""


def shown(data_set_id: str, caller: Caller) -> DataSetShown:
    """One data set."""
    return show_data_set(data_set_id, caller=caller, world=open_stores(os.environ))


def registered(data_set_id: str, model: Model, caller: Caller) -> DataSetShown:
    """A data set with a model that was made of it."""
    world, now = open_stores(os.environ), datetime.now(UTC)
    found = register_model(data_set_id, model, caller=caller, at=now, world=world)
    logger.info("model registered", extra={"kind": model.kind, "condition": found.condition})
    count(f"Model.{model.kind}")
    return found


def reach_of(withdrawal_id: str, caller: Caller) -> ReachShown:
    """How far a withdrawal has got."""
    return show_withdrawal(withdrawal_id, caller=caller, world=open_stores(os.environ))
