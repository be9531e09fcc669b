"""Books as they lie in a directory: book.json, a Cedar file a version, declarations, cases."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.kernel.vocabulary import LEAVES_UNDER, DataCategory
from consentry.terms.truth_table import CountedRoles, PolicySetKind
from consentry.terms.truth_table_codec import midnight
from consentry_terms.declarations import Declaration, read_declaration
from consentry_terms.errors import TermsSourceError
from consentry_terms.files import read_json, read_text

TERMS = Path(__file__).parents[2] / "layers" / "terms"
POLICY_SETS = TERMS / "policy_sets"
"""The books that are deployed; a user's own may lie anywhere."""
SCHEMA = TERMS / "consentry.cedarschema"

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_KINDS: dict[str, PolicySetKind] = {"terms": "terms", "guardrails": "guardrails"}
_COUNTED: dict[str, CountedRoles] = {"all": "all", "host_and_speakers": "host_and_speakers"}


@dataclass(frozen=True, slots=True)
class PolicySetVersion:
    """One dated Cedar file, and what is declared beside it."""

    in_force_from: str
    path: Path
    text: str
    declared: Declaration


@dataclass(frozen=True, slots=True)
class PolicySetSource:
    """One book before it is compiled; `cases` are its own, as they were written."""

    name: str
    path: Path
    kind: PolicySetKind
    counted_roles: CountedRoles
    people_required_for: tuple[DataCategory, ...]
    versions: tuple[PolicySetVersion, ...]
    cases: tuple[dict[str, Any], ...]


def read_sources(directory: Path) -> list[PolicySetSource]:
    """The book in a directory that holds a book.json, else every book in the folders beneath."""
    if (directory / "policy_set.json").is_file():
        return [read_source(directory)]
    policy_sets = sorted(path.parent for path in directory.glob("*/policy_set.json"))
    if not policy_sets:
        raise TermsSourceError(str(directory), "no book.json here, nor in a folder beneath")
    return [read_source(policy_set) for policy_set in policy_sets]


def read_source(directory: Path) -> PolicySetSource:
    """One book; `TermsSourceError` for whatever in it is not as a book should be."""
    name = directory.resolve().name
    if not _NAME.fullmatch(name):
        raise TermsSourceError(str(directory), "a book's name is small letters, digits, hyphens")
    path = directory / "policy_set.json"
    about = read_json(path)
    if not isinstance(about, dict) or set(about) != {
        "kind",
        "counted_roles",
        "people_required_for",
    }:
        raise TermsSourceError(str(path), "states kind, counts, people_named_for, nothing else")
    return PolicySetSource(
        name=name,
        path=directory,
        kind=_one_of(_KINDS, about["kind"], path, "kind"),
        counted_roles=_one_of(_COUNTED, about["counted_roles"], path, "counted_roles"),
        people_required_for=_leaves(about["people_required_for"], path),
        versions=_versions(directory),
        cases=_cases(directory / "cases.json"),
    )


def _one_of[T](known: dict[str, T], word: object, path: Path, field: str) -> T:
    if not isinstance(word, str) or word not in known:
        raise TermsSourceError(str(path), f"{field} is one of {', '.join(known)}")
    return known[word]


def _is_category(node: object) -> bool:
    return isinstance(node, str) and node in LEAVES_UNDER


def _leaves(nodes: object, path: Path) -> tuple[DataCategory, ...]:
    if not isinstance(nodes, list) or not all(map(_is_category, nodes)):
        raise TermsSourceError(str(path), "people_named_for is a list of data categories")
    named = {leaf for node in nodes for leaf in LEAVES_UNDER[node]}
    return tuple(leaf for leaf in DataCategory if leaf in named)


def _versions(directory: Path) -> tuple[PolicySetVersion, ...]:
    paths = sorted(directory.glob("*.cedar"))
    if not paths:
        raise TermsSourceError(str(directory), "no version: name one by its date, 2026-01-31.cedar")
    dated = {path.stem for path in paths}
    for path in sorted(directory.glob("*.json")):
        if path.name not in ("policy_set.json", "cases.json") and path.stem not in dated:
            raise TermsSourceError(str(path), "declares something of a version that is not here")
    return tuple(_version(path) for path in paths)


def _version(path: Path) -> PolicySetVersion:
    try:
        if midnight(path.stem).date().isoformat() != path.stem:
            raise ValueError(path.stem)
    except ValueError as undated:
        problem = "a version is named by the date from which it is in force, 2026-01-31.cedar"
        raise TermsSourceError(str(path), problem) from undated
    declared = read_declaration(path.with_suffix(".json"))
    return PolicySetVersion(path.stem, path, read_text(path), declared)


def _cases(path: Path) -> tuple[dict[str, Any], ...]:
    if not path.exists():
        return ()
    cases = read_json(path)
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise TermsSourceError(str(path), "is a list of cases")
    return tuple(cases)
