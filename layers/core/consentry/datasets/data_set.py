"""A data set: the rows that one screening admitted, and the people in them."""

import hashlib
from collections.abc import Collection

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.membership_file import MembershipFile
from consentry.datasets.remediation import DataSetState, Remediation, remediations
from consentry.kernel.ids import CustomerToken, permit_id, token
from consentry.kernel.requests import Use
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import (
    DataCategory,
    ModelOwner,
    Operation,
    Service,
    vocabulary,
)
from consentry.manifests.model import RowOutcome
from consentry.screening.screening_decision import ScreeningDecision


class DataSet(StrictModel):
    """The rows that a screening admitted.

    `epochs`: the customer's epochs that the screening used. `data`: the data categories of all
    rows.
    """

    data_set_id: str
    decision_id: str
    customer: Id
    manifest: Sha256
    admitted: Sha256
    rows: int
    membership_file: MembershipFile
    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    epochs: tuple[int, ...]
    at: UtcDatetime

    @property
    def permit_id(self) -> str:
        """The id of the permit that the screening's allow can have.

        An allow is always revision 1.
        """
        return permit_id(self.decision_id, 1)

    def is_affected_by(self, record: StoredConsentEvent) -> bool:
        """Whether a consent event refuses or withdraws this use for any of the data."""
        use = Use(operation=self.operation, service=self.service)
        return not record.denied_for(use).isdisjoint(self.data)

    def remediations(self, state: DataSetState) -> tuple[Remediation, ...]:
        """What to do about the data set and about each of its models; empty while it is clean.

        They are computed from the stored state. So a taint and a model that are stored at the same
        time cannot miss each other.
        """
        return remediations(state, self.model_owner)


def build_data_set(decision: ScreeningDecision, membership_file: MembershipFile) -> DataSet:
    """The data set of a screening's allow.

    Its id is a digest of the decision, the manifest, the admitted file, the people and the epochs.
    """
    admitted = decision.outputs[RowOutcome.ADMITTED]
    content = [
        *(decision.decision_id, decision.manifest.sha256, admitted.sha256, membership_file.sha256),
        *map(str, decision.epochs),
    ]
    digest = hashlib.sha256("#".join(content).encode("ascii")).digest()
    customer = decision.request_record.customer
    return DataSet(
        data_set_id=str(CustomerToken(customer, token(digest))),
        decision_id=decision.decision_id,
        customer=customer,
        manifest=decision.manifest.sha256,
        admitted=admitted.sha256,
        rows=admitted.rows,
        membership_file=membership_file,
        operation=decision.use.operation,
        service=decision.use.service,
        model_owner=decision.use.model_owner,
        data=_sorted(
            {
                leaf
                for pattern in decision.row_patterns
                if pattern.row_outcome is RowOutcome.ADMITTED
                for leaf in pattern.facts.data
            }
        ),
        epochs=decision.epochs,
        at=decision.at,
    )


def _sorted(data: Collection[DataCategory]) -> tuple[DataCategory, ...]:
    """Data categories in the order of the vocabulary."""
    return vocabulary().in_order(data)
