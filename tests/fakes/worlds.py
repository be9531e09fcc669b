"""A small world to tell stories in: one customer, its people, the real adapters over any client."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from consentry.aws.binding_table import BindingTable
from consentry.aws.consent_table import ConsentTable
from consentry.aws.data_set_table import DataSetTable
from consentry.aws.decision_history import DecisionIndex
from consentry.aws.decision_table import DecisionTable
from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.aws.permit_table import PermitTable
from consentry.aws.reach_table import ReachTable
from consentry.aws.renewal_run_table import RenewalRunTable
from consentry.aws.signing_key_table import SigningKeyTable
from consentry.aws.terms_directory import read_library
from consentry.domain.callers import Caller
from consentry.domain.consent.acts import EVERY_NODE, EVERY_USE, ConsentAct
from consentry.domain.consent.forms import Form
from consentry.domain.decision.decision import Decision
from consentry.domain.requests import DataUseRequest
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.tables import Library
from consentry.flows.decide_use import decide_use
from consentry.flows.erasure_ports import Erasures
from consentry.flows.ports import Decisions, KeyRing
from consentry.flows.record_consent import Recorded, record_consent
from tests.fakes.names import FixedKeys
from tests.fakes.objects import ObjectsInMemory
from tests.fakes.tables import CONSENTS, DATA_SETS, DECISIONS, PERMITS
from tests.fakes.told import Told

BUILT = Path(__file__).parents[2] / ".build" / "terms"
ACME = "acme"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OPERATOR = Caller.allowed("pipeline", "*")
BOUND = Binding(terms="announced", limits=("house",))
EVERYTHING: dict[str, Any] = {"uses": EVERY_USE, "data": EVERY_NODE}
FORM = Form(customer=ACME, text="We may learn from all you share.", locale="en", **EVERYTHING)
FORM_SHA256 = hashlib.sha256(FORM.text.encode()).hexdigest()
FINE_TUNE = {"operation": "fine_tune", "service": "meeting_summary"}


@cache
def library() -> Library:
    """The tables that `make terms` built."""
    return read_library(BUILT)


def asked(request_id: str = "r-1", **changed: Any) -> DataUseRequest:
    """A request to fine-tune on Acme's meeting audio with Ann speaking, or as changed."""
    document: dict[str, Any] = {
        "request_id": request_id,
        "customer": ACME,
        "use": FINE_TUNE,
        "model_owner": "first_party",
        "declared_by": "curator",
        "data": ["customer_content.audio"],
        "collected": {"at": "2026-02-01T09:00:00Z", "by_service": "meeting_summary"},
        "people": [{"person": "ann", "role": "speaker"}],
    }
    return DataUseRequest.read(document | changed)


def act(act_id: str, kind: str, *, person: str | None = None, **changed: Any) -> ConsentAct:
    """An act of Acme's, or of one of its people, on fine-tuning with meeting audio."""
    document: dict[str, Any] = {
        "act_id": act_id,
        "customer": ACME,
        "person": person,
        "kind": kind,
        "uses": [FINE_TUNE],
        "data": ["customer_content.audio"],
    }
    return ConsentAct.read(document | changed)


@dataclass
class World:
    """The world of every flow: the real adapters over a client, and files in memory."""

    client: Any
    keys: KeyRing = field(default_factory=FixedKeys)
    library: Library = field(default_factory=library)
    binding: Binding = BOUND
    caller: Caller = OPERATOR
    pauses: list[float] = field(default_factory=list)
    files: ObjectsInMemory = field(default_factory=ObjectsInMemory)
    announcements: Told = field(default_factory=Told)

    @cached_property
    def consents(self) -> ConsentTable:
        return ConsentTable(CONSENTS, self._opened, self.pauses.append)

    @cached_property
    def signers(self) -> SigningKeyTable:
        return SigningKeyTable(CONSENTS, self._opened)

    @cached_property
    def bindings(self) -> BindingTable:
        return BindingTable(CONSENTS, self._opened, self.pauses.append, self.binding)

    @cached_property
    def decisions(self) -> Decisions:
        return DecisionTable(DECISIONS, CONSENTS, self._opened, self.pauses.append)

    @cached_property
    def history(self) -> DecisionIndex:
        return DecisionIndex(DECISIONS, self._opened)

    @property
    def people_files(self) -> ObjectsInMemory:
        return self.files

    @cached_property
    def data_sets(self) -> DataSetTable:
        return DataSetTable(DATA_SETS, self._opened)

    @cached_property
    def reaches(self) -> ReachTable:
        return ReachTable(DATA_SETS, self._opened)

    @cached_property
    def permits(self) -> PermitTable:
        return PermitTable(PERMITS, CONSENTS, DECISIONS, self._opened, self.pauses.append)

    @cached_property
    def erasures(self) -> Erasures:
        assert isinstance(self.keys, KeyTable)
        return ErasureTables(self.consents, self.keys)

    @cached_property
    def renewal_runs(self) -> RenewalRunTable:
        return RenewalRunTable(CONSENTS, self._opened)

    @property
    def _opened(self) -> Callable[[], Any]:
        return lambda: self.client

    def decide(self, request: DataUseRequest, *, at: datetime = NOW) -> Decision:
        return decide_use(request, caller=self.caller, at=at, world=self)

    def record(self, act: ConsentAct, *, at: datetime = NOW) -> Recorded:
        return record_consent(act, caller=self.caller, at=at, world=self)

    def grant(self, *, act_id: str = "granted", at: datetime = NOW - SECOND, **said: Any) -> None:
        """A grant on a signed form."""
        form = self.consents.register(FORM)
        self.record(act(act_id, "grant", form=form, signature="click", **said), at=at)
