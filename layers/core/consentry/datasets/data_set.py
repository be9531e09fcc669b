"""A data set: what one screening admitted, and whom it holds."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.remediation import (
    REMEDIATION_ACTIONS,
    DataSetState,
    RegisteredModel,
    Remediation,
    RemediationAction,
)
from consentry.kernel.ids import permit_id, token
from consentry.kernel.requests import Use
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Service
from consentry.manifests.model import RowOutcome
from consentry.screening.screening_decision import ScreeningDecision


class MembershipFile(StrictModel):
    """Where the people of a data set are listed, as `people_file` writes them."""

    key: str
    version: str | None = None
    """The object's version: another one under the key is none of ours."""
    sha256: Sha256
    bytes: int
    people: int


class DataSet(StrictModel):
    """What a screening admitted. `epochs`: the customer's that it was screened on; `data`: all that is in it."""

    data_set_id: str
    decision_id: str
    customer: Id
    manifest: Sha256
    admitted: Sha256
    rows: int
    people: MembershipFile
    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    epochs: tuple[int, ...]
    at: UtcDatetime

    @property
    def permit_id(self) -> str:
        """The id of the permit that the screening's allow could have: an allow is always a first revision."""
        return permit_id(self.decision_id, 1)

    def is_affected_by(self, record: StoredConsentEvent) -> bool:
        """Whether an act refuses this use of any of the data, or takes it back."""
        use = Use(operation=self.operation, service=self.service)
        return not record.denied_for(use).isdisjoint(self.data)

    def remediations(self, kept: DataSetState) -> tuple[Remediation, ...]:
        """What its marks ask to be done about it and about each model made of it; nothing while it is clean.

        Computed of what is kept, so that of a mark and a model that come at once none can miss the other.
        """
        if not kept.taints:
            return ()
        since = min(taint.at for taint in kept.taints)
        itself = Remediation(
            model_id=None, action=RemediationAction.EXCLUDE_FROM_NEXT_TRAINING, since=since
        )
        return (itself, *(self._remedy(made, since) for made in kept.models))

    def _remedy(self, made: RegisteredModel, since: datetime) -> Remediation:
        third = self.model_owner is ModelOwner.THIRD_PARTY
        action = RemediationAction.NOT_REMOVABLE if third else REMEDIATION_ACTIONS[made.model.kind]
        return Remediation(model_id=made.model.model_id, action=action, since=max(since, made.at))


def data_set_of(decision: ScreeningDecision, people: MembershipFile) -> DataSet:
    """The data set that a screening's allow stands for; its id covers the decision, the files and the people."""
    admitted = decision.outputs[RowOutcome.ADMITTED]
    content = [decision.decision_id, decision.manifest.sha256, admitted.sha256, people.sha256]
    digest = hashlib.sha256("#".join(content + [str(e) for e in decision.epochs]).encode("ascii"))
    row_patterns = [
        kind for kind in decision.row_patterns if kind.row_outcome is RowOutcome.ADMITTED
    ]
    return DataSet(
        data_set_id=f"{decision.request_record.customer}~{token(digest.digest())}",
        decision_id=decision.decision_id,
        customer=decision.request_record.customer,
        manifest=decision.manifest.sha256,
        admitted=admitted.sha256,
        rows=admitted.rows,
        people=people,
        operation=decision.use.operation,
        service=decision.use.service,
        model_owner=decision.use.model_owner,
        data=_in_order({leaf for kind in row_patterns for leaf in kind.facts.data}),
        epochs=decision.epochs,
        at=decision.at,
    )


def _in_order(data: Collection[DataCategory]) -> tuple[DataCategory, ...]:
    return tuple(leaf for leaf in DataCategory if leaf in data)
