"""Truth tables as files: the same sources give the same bytes, on any machine and at any time."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from consentry.terms.truth_table import AXES, Rule, TableEntry
from consentry.terms.truth_table_codec import table_digest
from consentry_terms.errors import TermsSourceError
from consentry_terms.sources import PolicySetSource

_MAX_ENTRIES = 256


def encode_truth_table(
    policy_set: str, in_force_from: str, rules: tuple[Rule, ...], by_row: Sequence[TableEntry]
) -> dict[str, Any]:
    """A table as a JSON document; distinct entries are numbered in the order of their first row."""
    numbers = {entry: number for number, entry in enumerate(dict.fromkeys(by_row))}
    if len(numbers) > _MAX_ENTRIES:
        raise TermsSourceError(
            f"{policy_set}@{in_force_from}", "has more than 256 distinct entries"
        )
    entry_numbers = bytes(numbers[entry] for entry in by_row)
    document = {
        "policy_set": policy_set,
        "in_force_from": in_force_from,
        "axes": AXES,
        "rules": [asdict(rule) for rule in rules],
        "entries": [[entry.ruling, list(entry.rules)] for entry in numbers],
    }
    digest = table_digest(document, entry_numbers)
    packed = b64encode(zlib.compress(entry_numbers, 9)).decode()
    return document | {"digest": digest, "entry_numbers": packed}


def write_truth_tables(
    directory: Path, compiled: list[tuple[PolicySetSource, list[dict[str, Any]]]]
) -> dict[str, str]:
    """Write every table and the index that lists them; returns each version's digest."""
    directory.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    for policy_set, documents in compiled:
        for document in documents:
            name = f"{policy_set.name}@{document['in_force_from']}"
            _write(directory / f"{name}.json", document)
            digests[name] = document["digest"]
    # The index comes last: it never lists a table that is not written yet.
    entries = {policy_set.name: _entry(policy_set, documents) for policy_set, documents in compiled}
    _write(directory / "index.json", {"policy_sets": entries})
    return digests


def _entry(policy_set: PolicySetSource, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": policy_set.kind,
        "counted_roles": policy_set.counted_roles,
        "people_required_for": list(policy_set.people_required_for),
        "versions": [
            {
                "in_force_from": document["in_force_from"],
                "digest": document["digest"],
                "material_for": [
                    use.model_dump(mode="json", exclude_none=True)
                    for use in version.declared.material_for
                ],
            }
            for version, document in zip(policy_set.versions, documents, strict=True)
        ],
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    text = json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_bytes(text.encode())
