"""Vocabularies as YAML files: one folder for each vocabulary, one numbered file for each version."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Len
from pydantic import AfterValidator, StringConstraints

from consentry.kernel.requests import MAX_PEOPLE
from consentry.kernel.schema import StrictModel
from consentry.kernel.vocabulary import (
    WORD_KINDS,
    Vocabulary,
    decode_vocabulary,
    vocabulary_digest,
)
from consentry_terms.errors import TermsSourceError
from consentry_terms.files import read_yaml_model

VOCABULARIES = Path(__file__).parents[2] / "layers" / "terms" / "vocabularies"
"""The vocabularies that are deployed; a user's own may be anywhere."""

NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
"""The name of a vocabulary or a policy set."""

MAX_SERVICES = 25
MAX_ROLES = 16

_BYTES_OF_A_STATUS = len('"":"unidentified",')
_MAX_STATUS_BYTES = 350_000
"""A decision stores the status of each person for each leaf. It must fit into one DynamoDB item of 400 KB."""


_WORD_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _word_id(text: str) -> str:
    if not _WORD_ID.fullmatch(text):
        raise ValueError("is not an id: only a-z, 0-9 and _, at most 40, the first a letter")
    return text


def _one_line(text: str) -> str:
    # An invisible character could make a label look like another one.
    if not text.isprintable() or not text.strip():
        raise ValueError("must be one line of visible text")
    return text


WordId = Annotated[str, AfterValidator(_word_id)]
_Label = Annotated[str, StringConstraints(max_length=60), AfterValidator(_one_line)]
_Description = Annotated[str, StringConstraints(max_length=200), AfterValidator(_one_line)]


class WordFile(StrictModel):
    """A word: its label and description for people, and its counterparts in DPV and fideslang."""

    label: _Label
    description: _Description
    dpv: (
        Annotated[str, StringConstraints(strict=True, pattern=r"^(dpv|pd|ai):[A-Za-z]+$")] | None
    ) = None
    fideslang: (
        Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z_]+(\.[a-z_]+)*$")] | None
    ) = None


class CategoryFile(WordFile):
    """A data category. With `categories` it is a branch, and its data is in them."""

    categories: Annotated[Mapping[WordId, "CategoryFile"], Len(1)] = {}


class RoleFile(WordFile):
    """A role of a person. One role may have `speaks`: people that a diarisation file names have it."""

    speaks: bool = False


class VocabularyFile(StrictModel):
    """A version of a vocabulary."""

    data_categories: Annotated[Mapping[WordId, CategoryFile], Len(1)]
    services: Annotated[Mapping[WordId, WordFile], Len(1, MAX_SERVICES)]
    roles: Annotated[Mapping[WordId, RoleFile], Len(1, MAX_ROLES)]


@dataclass(frozen=True, slots=True)
class CompiledVocabulary:
    """A version of a vocabulary as the functions read it, and its document."""

    words: Vocabulary
    document: dict[str, Any]


def read_vocabularies(directory: Path = VOCABULARIES) -> dict[str, list[CompiledVocabulary]]:
    """Every vocabulary below a directory by name, with its versions, oldest first."""
    folders = sorted(path for path in directory.glob("*") if path.is_dir())
    if not folders:
        raise TermsSourceError(str(directory), "has no folder with a vocabulary")
    return {folder.name: read_versions(folder) for folder in folders}


def read_versions(folder: Path) -> list[CompiledVocabulary]:
    """The versions of one vocabulary, oldest first; TermsSourceError names the file that is invalid."""
    if not NAME.fullmatch(folder.name):
        problem = "a vocabulary's name has only a-z, 0-9 and hyphens, and starts with a letter"
        raise TermsSourceError(str(folder), problem)
    found = {path.name for path in folder.glob("*") if path.suffix.lower() in (".yaml", ".yml")}
    paths = [folder / f"{number}.yaml" for number in range(1, max(len(found), 1) + 1)]
    if other := sorted(found - {path.name for path in paths}):
        problem = f"has {other[0]}; its files are 1.yaml, 2.yaml and so on, without a gap"
        raise TermsSourceError(str(folder), problem)
    versions = [_compiled(path, folder.name, number) for number, path in enumerate(paths, start=1)]
    for earlier, later, path in zip(versions, versions[1:], paths[1:], strict=False):
        _require_same_words(earlier.words, later.words, path)
    return versions


def _compiled(path: Path, name: str, version: int) -> CompiledVocabulary:
    source = read_yaml_model(path, VocabularyFile)
    words: dict[str, list[dict[str, Any]]] = {
        "data_categories": list(_nodes(source.data_categories)),
        "services": [_word(key, word) for key, word in source.services.items()],
        "roles": [_word(key, word) for key, word in source.roles.items()],
    }
    content: dict[str, Any] = {"name": name, "version": version, **words}
    document = content | {"digest": vocabulary_digest(content)}
    vocabulary = decode_vocabulary(document)
    if sum("speaks" in role for role in words["roles"]) > 1:
        raise TermsSourceError(str(path), "two roles have `speaks`")
    statuses = sum(len(leaf) + _BYTES_OF_A_STATUS for leaf in vocabulary.leaves)
    if statuses * MAX_PEOPLE > _MAX_STATUS_BYTES:
        problem = f"has too many data categories: a decision on {MAX_PEOPLE} people would not fit into an item"
        raise TermsSourceError(str(path), problem)
    return CompiledVocabulary(vocabulary, document)


def _nodes(categories: Mapping[str, CategoryFile], branch: str = "") -> Iterator[dict[str, Any]]:
    for key, category in categories.items():
        yield _word(branch + key, category)
        yield from _nodes(category.categories, f"{branch}{key}.")


def _word(word_id: str, word: WordFile) -> dict[str, Any]:
    fields = word.model_dump(exclude={"categories"}, exclude_defaults=True)
    return json.loads(json.dumps({"id": word_id, **fields}))  # type: ignore[no-any-return]


def _require_same_words(earlier: Vocabulary, later: Vocabulary, path: Path) -> None:
    # INVARIANT: a word is never removed, and a leaf never becomes a branch. A refusal that names a word would
    # otherwise no longer cover the data that it covered when it was recorded.
    for kind in WORD_KINDS:
        if removed := [word for word in getattr(earlier, kind) if word not in getattr(later, kind)]:
            problem = f"{kind}: lacks {removed[0]}, which the version before has"
            raise TermsSourceError(str(path), problem)
    if branched := [leaf for leaf in earlier.leaves if leaf not in later.leaves]:
        problem = (
            f"data_categories: {branched[0]} has categories now; it had data of its own before"
        )
        raise TermsSourceError(str(path), problem)
