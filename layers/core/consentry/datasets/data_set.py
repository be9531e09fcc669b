"""A data set: the rows that one screening admitted, and the people in them."""

import hashlib

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.membership_file import MembershipFile
from consentry.kernel.ids import CustomerToken, permit_id, token
from consentry.kernel.requests import Use, leaves_of
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Service
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
        """The id of the data permit of this screening. Only revision 1 of a decision can be an allow."""
        return permit_id(self.decision_id, 1)

    @property
    def source(self) -> tuple[str, Operation, Service, ModelOwner]:
        """What was screened: the digest of the manifest, and the use."""
        return self.manifest, self.operation, self.service, self.model_owner

    def is_affected_by(self, record: StoredConsentEvent) -> bool:
        """Whether a consent event refuses or withdraws this use for any of the data."""
        use = Use(operation=self.operation, service=self.service)
        return not record.denied_for(use).isdisjoint(self.data)


def build_data_set(decision: ScreeningDecision, membership_file: MembershipFile) -> DataSet:
    """The data set of a screening's allow.

    Its id is a digest of the decision, the manifest, the admitted file, the people and the epochs.
    """
    admitted = decision.outputs[RowOutcome.ADMITTED]
    digests = decision.manifest.sha256, admitted.sha256, membership_file.sha256
    content = "#".join((decision.decision_id, *digests, *map(str, decision.epochs)))
    digest = hashlib.sha256(content.encode("ascii")).digest()
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
        data=leaves_of(
            tuple(
                leaf
                for pattern in decision.row_patterns
                if pattern.row_outcome is RowOutcome.ADMITTED
                for leaf in pattern.facts.data
            )
        ),
        epochs=decision.epochs,
        at=decision.at,
    )
