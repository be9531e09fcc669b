"""A data set: what one screening admitted, and whom it holds."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from consentry.domain.consent.acts import Act
from consentry.domain.contract import Document, Id, Moment, Sha256
from consentry.domain.manifests.manifest import Placement
from consentry.domain.naming import token
from consentry.domain.permits.permit import permit_id
from consentry.domain.reach.remedies import REMEDIES, Kept, RegisteredModel, Remediation, Remedy
from consentry.domain.requests import Use
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Service


class PeopleFile(Document):
    """Where the people of a data set are listed, as `people_file` writes them."""

    key: str
    version: str | None = None
    """The object's version: another one under the key is none of ours."""
    sha256: Sha256
    bytes: int
    people: int


class DataSet(Document):
    """What a screening admitted. `epochs`: the customer's that it was screened on; `data`: all that is in it."""

    data_set_id: str
    decision_id: str
    customer: Id
    manifest: Sha256
    admitted: Sha256
    rows: int
    people: PeopleFile
    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    epochs: tuple[int, ...]
    at: Moment

    @property
    def permit_id(self) -> str:
        """The id of the permit that the screening's allow could have: an allow is always a first revision."""
        return permit_id(self.decision_id, 1)

    def is_spoken_of(self, act: Act) -> bool:
        """Whether an act covers this use of any of the data."""
        use = Use(operation=self.operation, service=self.service)
        return use in act.covered_uses and not set(self.data).isdisjoint(act.covered_leaves)

    def remedies(self, kept: Kept) -> tuple[Remediation, ...]:
        """What its marks ask to be done about it and about each model made of it; nothing while it is clean.

        Computed of what is kept, so that of a mark and a model that come at once none can miss the other.
        """
        if not kept.taints:
            return ()
        since = min(taint.at for taint in kept.taints)
        itself = Remediation(model_id=None, remedy=Remedy.EXCLUDE_NEXT_TIME, since=since)
        return (itself, *(self._remedy(made, since) for made in kept.models))

    def _remedy(self, made: RegisteredModel, since: datetime) -> Remediation:
        third = self.model_owner is ModelOwner.THIRD_PARTY
        remedy = Remedy.NOT_REMOVABLE if third else REMEDIES[made.model.kind]
        return Remediation(model_id=made.model.model_id, remedy=remedy, since=max(since, made.at))


def data_set_of(decision: ScreeningDecision, people: PeopleFile) -> DataSet:
    """The data set that a screening's allow stands for; its id covers the decision, the files and the people."""
    admitted = decision.outputs[Placement.ADMITTED]
    content = [decision.decision_id, decision.manifest.sha256, admitted.sha256, people.sha256]
    digest = hashlib.sha256("#".join(content + [str(e) for e in decision.epochs]).encode("ascii"))
    kinds = [kind for kind in decision.kinds if kind.placement is Placement.ADMITTED]
    return DataSet(
        data_set_id=f"{decision.asked.customer}~{token(digest.digest())}",
        decision_id=decision.decision_id,
        customer=decision.asked.customer,
        manifest=decision.manifest.sha256,
        admitted=admitted.sha256,
        rows=admitted.rows,
        people=people,
        operation=decision.use.operation,
        service=decision.use.service,
        model_owner=decision.use.model_owner,
        data=_in_order({leaf for kind in kinds for leaf in kind.facts.data}),
        epochs=decision.epochs,
        at=decision.at,
    )


def _in_order(data: Collection[DataCategory]) -> tuple[DataCategory, ...]:
    return tuple(leaf for leaf in DataCategory if leaf in data)
