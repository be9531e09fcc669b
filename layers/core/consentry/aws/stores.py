"""Everything that doors and commands need of the world, as their environment names it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from consentry.aws import clients
from consentry.aws.act_scan import ActScan
from consentry.aws.binding_table import BindingTable
from consentry.aws.consent_table import ConsentTable
from consentry.aws.data_set_table import DataSetTable
from consentry.aws.decision_history import DecisionIndex
from consentry.aws.decision_table import DecisionTable
from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.aws.people_files import PeopleFilesInBucket
from consentry.aws.permit_table import PermitTable
from consentry.aws.reach_events import ReachEvents
from consentry.aws.reach_table import ReachTable
from consentry.aws.renewal_run_table import RenewalRunTable
from consentry.aws.screening_bucket import ScreeningBucket
from consentry.aws.signing_key_table import SigningKeyTable
from consentry.aws.terms_directory import read_library
from consentry.domain.terms.binding import binding_of
from consentry.domain.terms.tables import Library

NAMED = (
    *("CONSENT_TABLE", "DECISION_TABLE", "KEY_TABLE", "DATA_SET_TABLE", "PERMIT_TABLE"),
    *("SCREENING_BUCKET", "EVENT_BUS", "TERMS_DIRECTORY", "TERMS_BOOK", "LIMIT_BOOKS"),
)
"""What stores are opened by: Lambda's environment also holds what is new with each event."""


@dataclass(frozen=True)
class Stores:
    """The adapters of one environment, each opened on first use; KeyError for what `named` does not name."""

    named: Mapping[str, str]

    @cached_property
    def keys(self) -> KeyTable:
        """The port `KeyRing`."""
        return KeyTable(self.named["KEY_TABLE"], clients.dynamodb, time.sleep)

    @cached_property
    def consents(self) -> ConsentTable:
        """The port `Consents`."""
        return ConsentTable(self.named["CONSENT_TABLE"], clients.dynamodb, time.sleep)

    @cached_property
    def signers(self) -> SigningKeyTable:
        """The port `SigningKeys`."""
        return SigningKeyTable(self.named["CONSENT_TABLE"], clients.dynamodb)

    @cached_property
    def bindings(self) -> BindingTable:
        """The port `Bindings`; who was never bound is by TERMS_BOOK and LIMIT_BOOKS."""
        default = binding_of(self.named["TERMS_BOOK"], self.named["LIMIT_BOOKS"])
        return BindingTable(self.named["CONSENT_TABLE"], clients.dynamodb, time.sleep, default)

    @cached_property
    def library(self) -> Library:
        """The books in TERMS_DIRECTORY; TermsTableError if one is missing, damaged or swapped."""
        return _library(self.named["TERMS_DIRECTORY"])

    @cached_property
    def decisions(self) -> DecisionTable:
        """The port `Decisions`."""
        tables = self.named["DECISION_TABLE"], self.named["CONSENT_TABLE"]
        return DecisionTable(*tables, clients.dynamodb, time.sleep)

    @cached_property
    def history(self) -> DecisionIndex:
        """The port `DecisionHistory`."""
        return DecisionIndex(self.named["DECISION_TABLE"], clients.dynamodb)

    @cached_property
    def data_sets(self) -> DataSetTable:
        """The port `DataSets`."""
        return DataSetTable(self.named["DATA_SET_TABLE"], clients.dynamodb)

    @cached_property
    def reaches(self) -> ReachTable:
        """The port `Reaches`, in the same table."""
        return ReachTable(self.named["DATA_SET_TABLE"], clients.dynamodb)

    @cached_property
    def permits(self) -> PermitTable:
        """The port `Permits`, which stands on consents and decisions."""
        behind = self.named["CONSENT_TABLE"], self.named["DECISION_TABLE"]
        return PermitTable(self.named["PERMIT_TABLE"], *behind, clients.dynamodb, time.sleep)

    @cached_property
    def files(self) -> ScreeningBucket:
        """The port `ManifestStore`."""
        return ScreeningBucket(self.named["SCREENING_BUCKET"], clients.s3)

    @cached_property
    def people_files(self) -> PeopleFilesInBucket:
        """The port `PeopleFiles`."""
        return PeopleFilesInBucket(self.named["SCREENING_BUCKET"], clients.s3)

    @cached_property
    def announcements(self) -> ReachEvents:
        """The port `Announcements`."""
        return ReachEvents(self.named["EVENT_BUS"], clients.eventbridge)

    @cached_property
    def erasures(self) -> ErasureTables:
        """The port `Erasures`: only the operator and the erasing door may."""
        return ErasureTables(self.consents, self.keys)

    @cached_property
    def every_act(self) -> ActScan:
        """The port `EveryAct`: only the operator may."""
        return ActScan(self.named["CONSENT_TABLE"], clients.dynamodb)

    @cached_property
    def renewal_runs(self) -> RenewalRunTable:
        """The port `RenewalRuns`."""
        return RenewalRunTable(self.named["CONSENT_TABLE"], clients.dynamodb)


def open_stores(environment: Mapping[str, str]) -> Stores:
    """The stores of an environment, the same for the same names; TermsTableError if their law cannot be read."""
    return _opened(tuple((name, environment[name]) for name in NAMED if name in environment))


@cache
def _opened(named: tuple[tuple[str, str], ...]) -> Stores:
    stores = Stores(dict(named))
    _ = stores.library, stores.bindings  # INVARIANT: nothing is written if its law cannot be read.
    return stores


@cache
def _library(directory: str) -> Library:
    return read_library(Path(directory))
