"""Policy sets as they are stored in a directory: policy_set.json, a Cedar file per version, declarations, cases."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from consentry.kernel.schema import CategoryNode, RoleId, StrictModel
from consentry.kernel.vocabulary import Vocabulary, using
from consentry.terms.policy_set import PolicySetKind
from consentry.terms.truth_table_codec import midnight
from consentry_terms.declarations import Declaration, read_declaration
from consentry_terms.errors import TermsSourceError
from consentry_terms.files import read_json, read_model, read_text
from consentry_terms.vocabularies import NAME, VOCABULARIES, read_versions

TERMS = Path(__file__).parents[2] / "layers" / "terms"
POLICY_SETS = TERMS / "policy_sets"
"""The policy sets that are deployed; a user's own may be anywhere."""
SCHEMA = TERMS / "consentry.cedarschema"

_SUFFIXES = (".cedar", ".json")


class VocabularyName(StrictModel, extra="ignore"):
    """The field of policy_set.json that is read first: the other fields use words of the vocabulary."""

    vocabulary: str


class PolicySetFile(StrictModel):
    """policy_set.json: the kind, the vocabulary, whose consent counts, and the data in which people must be named."""

    kind: PolicySetKind
    vocabulary: str
    counted_roles: tuple[RoleId, ...] | Literal["all"]
    people_required_for: tuple[CategoryNode, ...]

    @field_validator("counted_roles", mode="before")
    @classmethod
    def _all_or_some(cls, roles: object) -> object:
        if roles != "all" and not (isinstance(roles, list) and roles):
            raise ValueError('must be "all" or a list with at least one role')
        return roles


@dataclass(frozen=True, slots=True)
class PolicySetVersion:
    """One dated Cedar file, and what is declared about it."""

    in_force_from: str
    path: Path
    text: str
    declared: Declaration


@dataclass(frozen=True, slots=True)
class PolicySetSource:
    """One policy set before it is compiled; `cases` as its author wrote them."""

    name: str
    path: Path
    kind: PolicySetKind
    vocabulary: Vocabulary
    """The last version of its vocabulary, unless it is compiled for an earlier one."""
    counted_roles: tuple[str, ...] | Literal["all"]
    people_required_for: tuple[str, ...]
    """Nodes of the tree of data categories."""
    versions: tuple[PolicySetVersion, ...]
    cases: tuple[dict[str, Any], ...]

    @property
    def roles(self) -> list[str]:
        """The counted roles that the vocabulary has, by id."""
        words = self.vocabulary.roles
        return [role for role in words if self.counted_roles == "all" or role in self.counted_roles]

    @property
    def people_required_leaves(self) -> list[str]:
        """The leaves of the vocabulary in which people must be named."""
        under = self.vocabulary.leaves_under
        nodes = (node for node in self.people_required_for if node in under)
        return list(self.vocabulary.in_order(leaf for node in nodes for leaf in under[node]))


def read_sources(directory: Path, vocabularies: Path = VOCABULARIES) -> list[PolicySetSource]:
    """The policy set in a directory, or every policy set in the folders below it."""
    if (directory / "policy_set.json").is_file():
        return [read_source(directory, vocabularies)]
    policy_sets = sorted(path.parent for path in directory.glob("*/policy_set.json"))
    if not policy_sets:
        raise TermsSourceError(str(directory), "no policy_set.json here or in a folder below")
    return [read_source(policy_set, vocabularies) for policy_set in policy_sets]


def read_source(directory: Path, vocabularies: Path = VOCABULARIES) -> PolicySetSource:
    """One policy set; TermsSourceError names the file that is invalid."""
    name, path = directory.resolve().name, directory / "policy_set.json"
    if not NAME.fullmatch(name):
        problem = "a policy set's name has only a-z, 0-9 and hyphens, and starts with a letter"
        raise TermsSourceError(str(directory), problem)
    chosen = read_model(path, VocabularyName).vocabulary
    if not NAME.fullmatch(chosen) or not (vocabularies / chosen).is_dir():
        raise TermsSourceError(str(path), f"vocabulary: is no folder of {vocabularies}")
    vocabulary = read_versions(vocabularies / chosen)[-1].words
    with using(lambda: vocabulary):
        about = read_model(path, PolicySetFile)
        return PolicySetSource(
            name=name,
            path=directory,
            kind=about.kind,
            vocabulary=vocabulary,
            counted_roles=about.counted_roles,
            people_required_for=about.people_required_for,
            versions=_versions(directory),
            cases=_cases(directory / "cases.json"),
        )


def _versions(directory: Path) -> tuple[PolicySetVersion, ...]:
    for path in sorted(directory.iterdir()):
        suffix = path.suffix.lower()
        if suffix in _SUFFIXES and path.suffix != suffix:
            # Else a version or a declaration would be skipped without notice.
            raise TermsSourceError(str(path), f"is named with {suffix}, in small letters")
    paths = sorted(directory.glob("*.cedar"))
    if not paths:
        raise TermsSourceError(
            str(directory), "has no version: name one by its date, 2026-01-31.cedar"
        )
    dated = {path.stem for path in paths}
    for path in sorted(directory.glob("*.json")):
        if path.name not in ("policy_set.json", "cases.json") and path.stem not in dated:
            raise TermsSourceError(str(path), "declares something about a version that is not here")
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
