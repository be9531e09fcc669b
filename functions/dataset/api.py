"""Data sets over HTTP: what a screening left, which models were made of it, and where a withdrawal has landed."""

from consentry.datasets.get_data_set import DataSetDetails
from consentry.datasets.remediation import Model
from consentry.propagation.propagation import PropagationStatus
from functions.dataset import handling
from functions.dataset.handling import WithdrawalId
from functions.http import PathToken, caller_of, open_door

app, handle = open_door()


@app.get("/datasets/<data_set_id>")
def data_set(data_set_id: PathToken) -> DataSetDetails:
    """One data set: clean or tainted, since when and by what, its models, and what is to be done."""
    return handling.shown(data_set_id, caller_of(app))


@app.post("/datasets/<data_set_id>/models")
def model(data_set_id: PathToken, made: Model) -> DataSetDetails:
    """Register a model that was made of a data set, so that a withdrawal finds it."""
    return handling.registered(data_set_id, made, caller_of(app))


@app.get("/withdrawals/<withdrawal_id>")
def withdrawal(withdrawal_id: WithdrawalId) -> PropagationStatus:
    """Where a withdrawal has landed, and where not yet, with times."""
    return handling.reach_of(withdrawal_id, caller_of(app))
