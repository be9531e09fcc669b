"""Everything a door needs of the world, opened from its environment on first use."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from consentry.aws import clients
from consentry.aws.binding_table import BindingTable
from consentry.aws.consent_table import ConsentTable
from consentry.aws.data_set_table import DataSetTable
from consentry.aws.decision_history import DecisionIndex
from consentry.aws.decision_table import DecisionTable
from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.aws.permit_table import PermitTable
from consentry.aws.reach_table import ReachTable
from consentry.aws.signing_key_table import SigningKeyTable
from consentry.aws.terms_directory import read_library
from consentry.domain.errors import TermsTableError
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.tables import Library


@dataclass(frozen=True)
class Stores:
    """The adapters of one environment, and the books that bind each customer."""

    keys: KeyTable
    consents: ConsentTable
    signers: SigningKeyTable
    decisions: DecisionTable
    history: DecisionIndex
    library: Library
    bindings: BindingTable

    @property
    def erasures(self) -> ErasureTables:
        """The same tables, for erasing people: only the operator and the erasing door may."""
        return ErasureTables(self.consents, self.keys)


def open_stores(environment: Mapping[str, str]) -> Stores:
    """The stores that CONSENT_TABLE, DECISION_TABLE, KEY_TABLE, TERMS_* and LIMIT_BOOKS name."""
    return _opened(
        environment["CONSENT_TABLE"],
        environment["DECISION_TABLE"],
        environment["KEY_TABLE"],
        environment["TERMS_DIRECTORY"],
        environment["TERMS_BOOK"],
        environment["LIMIT_BOOKS"],
    )


def open_data_sets(environment: Mapping[str, str]) -> DataSetTable:
    """The data sets in DATA_SET_TABLE."""
    return DataSetTable(environment["DATA_SET_TABLE"], clients.dynamodb)


def open_reaches(environment: Mapping[str, str]) -> ReachTable:
    """How far withdrawals have got, in DATA_SET_TABLE too."""
    return ReachTable(environment["DATA_SET_TABLE"], clients.dynamodb)


def open_permits(environment: Mapping[str, str]) -> PermitTable:
    """The permits in PERMIT_TABLE, which stand on CONSENT_TABLE and DECISION_TABLE."""
    return PermitTable(
        environment["PERMIT_TABLE"],
        environment["CONSENT_TABLE"],
        environment["DECISION_TABLE"],
        clients.dynamodb,
        time.sleep,
    )


@cache
def _opened(
    consents: str, decisions: str, keys: str, directory: str, terms: str, limits: str
) -> Stores:
    return Stores(
        keys=KeyTable(keys, clients.dynamodb, time.sleep),
        consents=ConsentTable(consents, clients.dynamodb, time.sleep),
        signers=SigningKeyTable(consents, clients.dynamodb),
        decisions=DecisionTable(decisions, consents, clients.dynamodb, time.sleep),
        history=DecisionIndex(decisions, clients.dynamodb),
        library=_library(directory),
        bindings=BindingTable(consents, clients.dynamodb, time.sleep, binding_of(terms, limits)),
    )


@cache
def _library(directory: str) -> Library:
    return read_library(Path(directory))


def binding_of(terms: str, limits: str) -> Binding:
    """The binding that `announced` and `house,sector:observe` write: names, observed ones marked."""
    named = [name.strip().partition(":") for name in limits.split(",") if name.strip()]
    if len({name for name, _, _ in named}) < len(named):
        raise TermsTableError("a limit book is named twice")
    if {mode for _, _, mode in named} - {"", "observe"}:
        raise TermsTableError("a limit book is enforced, or marked `:observe`")
    return Binding(
        terms=terms,
        limits=tuple(name for name, _, _ in named),
        observed=tuple(name for name, _, mode in named if mode == "observe"),
    )
