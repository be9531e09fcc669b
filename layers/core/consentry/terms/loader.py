"""Loads the compiled policy sets from a directory: `/opt/terms` in Lambda, `.build/terms` locally.

It checks the files by hand, so that loading them imports no third-party code.
"""

from pathlib import Path
from typing import Any

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.vocabulary import (
    Operation,
    Vocabulary,
    compiled_directory,
    read_compiled,
    read_index,
    read_vocabulary,
)
from consentry.terms.policy_set import Library, MaterialChange, PolicySet
from consentry.terms.truth_table import TruthTable
from consentry.terms.truth_table_codec import decode_table, midnight

_KINDS = ("terms", "guardrails")


def read_library(terms: Path, vocabulary: str, digest: str | None = None) -> Library:
    """Every policy set of a vocabulary, compiled for its version with this digest, else for its last version.

    To evaluate a decision again, pass the digest that it names. InvalidTermsError if a file is missing,
    damaged, or not the one that the index lists.
    """
    directory = compiled_directory(terms, vocabulary, digest)
    words = read_vocabulary(directory / "vocabulary.json")
    index = read_index(directory / "policy_sets.json", "policy_sets")
    try:
        policy_sets = {
            name: _policy_set(directory, name, entry, words) for name, entry in index.items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise InvalidTermsError(
            f"the index of the terms is invalid: {type(broken).__name__}"
        ) from broken
    if not policy_sets:
        raise InvalidTermsError("the vocabulary has no policy set")
    return Library(policy_sets)


def _policy_set(
    directory: Path, name: str, entry: dict[str, Any], vocabulary: Vocabulary
) -> PolicySet:
    if entry["kind"] not in _KINDS:
        raise InvalidTermsError("the index of the terms lists a policy set of an unknown kind")
    versions = [_version(directory, name, version, vocabulary) for version in entry["versions"]]
    return PolicySet(
        name=name,
        kind=entry["kind"],
        versions=tuple(sorted(versions, key=lambda version: version.in_force_from)),
        material=tuple(
            _material_change(version["in_force_from"], use, vocabulary)
            for version in entry["versions"]
            for use in version["material_for"]
        ),
    )


def _material_change(date: str, use: dict[str, str], vocabulary: Vocabulary) -> MaterialChange:
    service = vocabulary.services[use["service"]].id if "service" in use else None
    return MaterialChange(midnight(date), Operation(use["operation"]), service)


def _version(
    directory: Path, name: str, version: dict[str, Any], vocabulary: Vocabulary
) -> TruthTable:
    document = read_compiled(directory / f"{name}@{version['in_force_from']}.json")
    table = decode_table(document, vocabulary)
    if (table.policy_set, table.digest) != (name, version["digest"]):
        raise InvalidTermsError("a truth table is not the one that the index lists")
    return table
