"""What is told of a withdrawal: the details of its events. Each may come twice, the same to the letter."""

from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime


class _OfDataSet(StrictModel):
    customer: Id
    data_set_id: str
    decision_id: str
    withdrawal_id: str


class DataSetTainted(_OfDataSet):
    """Somebody in a data set has withdrawn. `admitted`: the SHA-256 of its rows."""

    admitted: Sha256
    tainted_at: UtcDatetime


class PermitRevoked(_OfDataSet):
    """The permit of a data set was taken back."""

    permit_id: str
    revoked_at: UtcDatetime
