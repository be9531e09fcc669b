"""Loads the compiled policy sets from a directory: `/opt/terms` in Lambda, `.build/terms` locally.

It checks the files by hand, so that loading them imports no third-party code.
"""

import json
from pathlib import Path
from typing import Any

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.vocabulary import DataCategory, Operation, Service
from consentry.terms.policy_set import Library, MaterialChange, PolicySet
from consentry.terms.truth_table import TruthTable
from consentry.terms.truth_table_codec import decode_table, midnight

_KINDS = ("terms", "guardrails")
_COUNTED_ROLES = ("all", "host_and_speakers")


def read_library(directory: Path) -> Library:
    """Every policy set in index.json; InvalidTermsError if one is missing, damaged or swapped."""
    index = _read_json(directory / "index.json")
    try:
        policy_sets = {
            name: _policy_set(directory, name, entry)
            for name, entry in index["policy_sets"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise InvalidTermsError(
            f"the index of the terms is invalid: {type(broken).__name__}"
        ) from broken
    return Library(policy_sets=policy_sets)


def _policy_set(directory: Path, name: str, entry: dict[str, Any]) -> PolicySet:
    if entry["kind"] not in _KINDS or entry["counted_roles"] not in _COUNTED_ROLES:
        raise InvalidTermsError("the index of the terms lists a policy set of an unknown kind")
    versions = [_version(directory, name, version) for version in entry["versions"]]
    return PolicySet(
        name=name,
        kind=entry["kind"],
        counted_roles=entry["counted_roles"],
        people_required_for=frozenset(map(DataCategory, entry["people_required_for"])),
        versions=tuple(sorted(versions, key=lambda version: version.in_force_from)),
        material=tuple(
            _material_change(version["in_force_from"], use)
            for version in entry["versions"]
            for use in version["material_for"]
        ),
    )


def _material_change(date: str, use: dict[str, str]) -> MaterialChange:
    service = Service(use["service"]) if "service" in use else None
    return MaterialChange(midnight(date), Operation(use["operation"]), service)


def _version(directory: Path, name: str, version: dict[str, Any]) -> TruthTable:
    table = decode_table(_read_json(directory / f"{name}@{version['in_force_from']}.json"))
    if (table.policy_set, table.digest) != (name, version["digest"]):
        raise InvalidTermsError("a truth table is not the one that the index lists")
    return table


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as missing:
        raise InvalidTermsError("there are no compiled terms: run `make terms`") from missing
    except ValueError as broken:
        raise InvalidTermsError("compiled terms are not JSON") from broken
