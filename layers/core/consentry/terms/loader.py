"""Loads the compiled policy sets from a directory: `/opt/terms` in Lambda, `.build/terms` locally."""

import json
from pathlib import Path
from typing import Any

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.schema import StrictModel
from consentry.kernel.vocabulary import DataCategory, Operation, Service
from consentry.terms.policy_set import (
    CountedRoles,
    Library,
    MaterialChange,
    PolicySet,
    PolicySetKind,
)
from consentry.terms.truth_table import TruthTable
from consentry.terms.truth_table_codec import decode_table, midnight


class _ChangedUse(StrictModel):
    operation: Operation
    service: Service | None = None


class _IndexedVersion(StrictModel):
    in_force_from: str
    digest: str
    material_for: tuple[_ChangedUse, ...]


class _IndexedPolicySet(StrictModel):
    kind: PolicySetKind
    counted_roles: CountedRoles
    people_required_for: frozenset[DataCategory]
    versions: tuple[_IndexedVersion, ...]


class _Index(StrictModel):
    """index.json, which the compiler writes next to the tables."""

    policy_sets: dict[str, _IndexedPolicySet]


def read_library(directory: Path) -> Library:
    """Every policy set in index.json; InvalidTermsError if one is missing, damaged or swapped."""
    try:
        index = _Index.model_validate(_read_json(directory / "index.json"))
        policy_sets = {
            name: _policy_set(directory, name, entry) for name, entry in index.policy_sets.items()
        }
    except ValueError as invalid:
        raise InvalidTermsError("the index of the terms is invalid") from invalid
    return Library(policy_sets=policy_sets)


def _policy_set(directory: Path, name: str, entry: _IndexedPolicySet) -> PolicySet:
    versions = [_version(directory, name, version) for version in entry.versions]
    return PolicySet(
        name=name,
        kind=entry.kind,
        counted_roles=entry.counted_roles,
        people_required_for=entry.people_required_for,
        versions=tuple(sorted(versions, key=lambda version: version.in_force_from)),
        material=tuple(
            MaterialChange(midnight(version.in_force_from), use.operation, use.service)
            for version in entry.versions
            for use in version.material_for
        ),
    )


def _version(directory: Path, name: str, version: _IndexedVersion) -> TruthTable:
    table = decode_table(_read_json(directory / f"{name}@{version.in_force_from}.json"))
    if (table.policy_set, table.digest) != (name, version.digest):
        raise InvalidTermsError("a truth table is not the one that the index lists")
    return table


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as missing:
        raise InvalidTermsError("there are no compiled terms: run `make terms`") from missing
    except ValueError as broken:
        raise InvalidTermsError("compiled terms are not JSON") from broken
