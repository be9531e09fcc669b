"""The built terms as they lie in a directory: `/opt/terms` in Lambda, `.build/terms` locally."""

import json
from pathlib import Path
from typing import Any

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.vocabulary import DataCategory, Operation, Service
from consentry.terms.material_changes import MaterialChange
from consentry.terms.truth_table import Library, PolicySet, TruthTable
from consentry.terms.truth_table_codec import decode_table, midnight


def read_library(directory: Path) -> Library:
    """Every book that `index.json` lists; `InvalidTermsError` for one missing, damaged or swapped."""
    index = _read(directory / "index.json")
    try:
        policy_sets = {
            name: _book(directory, name, entry) for name, entry in index["policy_sets"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise InvalidTermsError(f"terms index is malformed: {type(broken).__name__}") from broken
    return Library(policy_sets=policy_sets)


def _book(directory: Path, name: str, entry: dict[str, Any]) -> PolicySet:
    if entry["kind"] not in ("terms", "guardrails") or entry["counted_roles"] not in (
        "all",
        "host_and_speakers",
    ):
        raise InvalidTermsError("terms index lists a book of no known kind")
    versions = [_version(directory, name, version) for version in entry["versions"]]
    return PolicySet(
        name=name,
        kind=entry["kind"],
        counted_roles=entry["counted_roles"],
        people_required_for=frozenset(map(DataCategory, entry["people_required_for"])),
        versions=tuple(sorted(versions, key=lambda version: version.in_force_from)),
        material=tuple(
            _change(each, use) for each in entry["versions"] for use in each["material_for"]
        ),
    )


def _change(listed: dict[str, Any], use: dict[str, str]) -> MaterialChange:
    service = Service(use["service"]) if "service" in use else None
    return MaterialChange(midnight(listed["in_force_from"]), Operation(use["operation"]), service)


def _version(directory: Path, name: str, listed: dict[str, Any]) -> TruthTable:
    table = decode_table(_read(directory / f"{name}@{listed['in_force_from']}.json"))
    if (table.policy_set, table.digest) != (name, listed["digest"]):
        raise InvalidTermsError("terms table is not the one that the index lists")
    return table


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as missing:
        raise InvalidTermsError("terms are not there: run `make terms`") from missing
    except ValueError as broken:
        raise InvalidTermsError("terms table is not JSON") from broken
