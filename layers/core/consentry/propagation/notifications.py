"""The details of the events that a withdrawal publishes. Each may be published twice, with the same content."""

from typing import Literal

from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime


class _OfDataSet(StrictModel):
    schema_version: Literal[1] = 1
    customer: Id
    data_set_id: str
    decision_id: str
    withdrawal_id: str


class DataSetTainted(_OfDataSet):
    """A person in a data set has withdrawn. `admitted`: the SHA-256 of its rows."""

    admitted: Sha256
    tainted_at: UtcDatetime


class PermitRevoked(_OfDataSet):
    """The permit of a data set was revoked."""

    permit_id: str
    revoked_at: UtcDatetime
