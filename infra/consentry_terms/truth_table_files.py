"""Truth tables as files: the same sources give the same bytes, on any machine and at any time."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from consentry.kernel.vocabulary import content_digest
from consentry.terms.truth_table import Rule, TableEntry, axes_of
from consentry.terms.truth_table_codec import table_digest
from consentry_terms.errors import TermsSourceError
from consentry_terms.sources import PolicySetSource, PolicySetVersion
from consentry_terms.vocabularies import CompiledVocabulary

_MAX_ENTRIES = 256


def encode_truth_table(
    policy_set: PolicySetSource,
    version: PolicySetVersion,
    rules: tuple[Rule, ...],
    by_row: Sequence[TableEntry],
) -> dict[str, Any]:
    """A table as a JSON document; distinct entries are numbered in the order of their first row."""
    numbers = {entry: number for number, entry in enumerate(dict.fromkeys(by_row))}
    if len(numbers) > _MAX_ENTRIES:
        raise TermsSourceError(str(version.path), "has more than 256 distinct entries")
    entry_numbers = bytes(numbers[entry] for entry in by_row)
    document = {
        "policy_set": policy_set.name,
        "in_force_from": version.in_force_from,
        "vocabulary": policy_set.vocabulary.digest,
        "counted_roles": policy_set.roles,
        "people_required_for": policy_set.people_required_leaves,
        "axes": axes_of(policy_set.vocabulary).document,
        "rules": [asdict(rule) for rule in rules],
        "entries": [[entry.ruling, list(entry.rules)] for entry in numbers],
    }
    digest = table_digest(document, entry_numbers)
    packed = b64encode(zlib.compress(entry_numbers, 9)).decode()
    return document | {"digest": digest, "entry_numbers": packed}


def write_truth_tables(
    directory: Path,
    vocabulary: CompiledVocabulary,
    compiled: list[tuple[PolicySetSource, list[dict[str, Any]]]],
) -> dict[str, str]:
    """Write the tables of one version of a vocabulary, and the list of them; returns each table's digest."""
    directory.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    for policy_set, documents in compiled:
        for document in documents:
            name = f"{policy_set.name}@{document['in_force_from']}"
            write_json(directory / f"{name}.json", document)
            digests[name] = document["digest"]
    write_json(directory / "vocabulary.json", vocabulary.document)
    # The list comes last: it never names a table that is not written yet.
    entries = {policy_set.name: _entry(policy_set, documents) for policy_set, documents in compiled}
    write_index(directory / "policy_sets.json", "policy_sets", entries)
    return digests


def _entry(policy_set: PolicySetSource, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": policy_set.kind,
        "versions": [
            {
                "in_force_from": document["in_force_from"],
                "digest": document["digest"],
                "material_for": [
                    use.model_dump(mode="json", exclude_none=True)
                    for use in version.declared.material_for
                ],
            }
            for document in documents
            for version in policy_set.versions
            if version.in_force_from == document["in_force_from"]
        ],
    }


def write_index(path: Path, name: str, entries: dict[str, Any]) -> None:
    """Write an index: its entries below `name`, and their digest."""
    write_json(path, {"digest": content_digest(entries), name: entries})


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document as canonical JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_bytes(text.encode())
