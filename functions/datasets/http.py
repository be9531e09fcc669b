"""Data sets over HTTP: what a screening left, which models were made of it, and where a withdrawal has landed."""

from consentry.datasets.get_data_set import DataSetDetails
from consentry.datasets.remediation import Model
from consentry.propagation.propagation import PropagationStatus
from functions.adapters.api_gateway import PathCustomerToken, caller_of, create_app
from functions.datasets import data_sets
from functions.datasets.data_sets import WithdrawalId

app, handle = create_app()


@app.get("/datasets/<data_set_id>")
def data_set(data_set_id: PathCustomerToken) -> DataSetDetails:
    """One data set: clean or tainted, since when and by what, its models, and what is to be done."""
    return data_sets.shown(data_set_id, caller_of(app))


@app.post("/datasets/<data_set_id>/models")
def model(data_set_id: PathCustomerToken, made: Model) -> DataSetDetails:
    """Register a model that was made of a data set, so that a withdrawal finds it."""
    return data_sets.register(data_set_id, made, caller_of(app))


@app.get("/withdrawals/<withdrawal_id>")
def withdrawal(withdrawal_id: WithdrawalId) -> PropagationStatus:
    """Where a withdrawal has landed, and where not yet, with times."""
    return data_sets.get_withdrawal_status(withdrawal_id, caller_of(app))
