"""How the data-set door reads and writes with the environment's stores."""

import os
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote

from pydantic import BeforeValidator, StringConstraints

from consentry.aws.stores import open_data_sets, open_reaches, open_stores
from consentry.domain.callers import Caller
from consentry.domain.reach.reach import ReachShown
from consentry.domain.reach.remedies import Model
from consentry.flows.register_model import register_model
from consentry.flows.show_data_set import DataSetShown, show_data_set
from consentry.flows.show_withdrawal import show_withdrawal
from functions.http import logger
from functions.telling import count

WithdrawalId = Annotated[str, StringConstraints(max_length=300), BeforeValidator(unquote)]
"""`customer~party~act id` in a path, percent-encoded or not."""


def shown(data_set_id: str, caller: Caller) -> DataSetShown:
    """One data set."""
    return show_data_set(
        data_set_id,
        caller=caller,
        data_sets=open_data_sets(os.environ),
        decisions=open_stores(os.environ).decisions,
    )


def registered(data_set_id: str, model: Model, caller: Caller) -> DataSetShown:
    """A data set with a model that was made of it."""
    stores = open_stores(os.environ)
    found = register_model(
        data_set_id,
        model,
        caller=caller,
        at=datetime.now(UTC),
        keys=stores.keys,
        data_sets=open_data_sets(os.environ),
        decisions=stores.decisions,
    )
    logger.info("model registered", extra={"kind": model.kind, "condition": found.condition})
    count(f"Model.{model.kind}")
    return found


def reach_of(withdrawal_id: str, caller: Caller) -> ReachShown:
    """How far a withdrawal has got."""
    return show_withdrawal(
        withdrawal_id,
        caller=caller,
        consents=open_stores(os.environ).consents,
        reaches=open_reaches(os.environ),
    )
