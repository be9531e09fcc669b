"""The vocabulary: the words that requests, consent events, terms and decisions use.

Operations, model owners and consent statuses mean something to the code, so they are enumerations. Data
categories, services and roles are data: the files in layers/terms/vocabularies, which `make terms` compiles. A
deployment uses one vocabulary.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from consentry.kernel import strict_json
from consentry.kernel.errors import InvalidRequestError, InvalidTermsError, MissingSettingError

_MAX_COMPILED_BYTES = 16 * 1024 * 1024

DataCategory = str
"""The id of a leaf of the tree of data categories: `branch.leaf`."""
Service = str
"""The id of a product service that collected or uses data."""
Role = str
"""The id of a role that a person has in the data."""


class Operation(StrEnum):
    """The use of the data: run a feature, evaluate a model, or train one."""

    INFER = "infer"
    EVALUATE = "evaluate"
    FINE_TUNE = "fine_tune"
    PRETRAIN = "pretrain"


class ModelOwner(StrEnum):
    """The owner of the model."""

    FIRST_PARTY = "first_party"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"


class ConsentStatus(StrEnum):
    """The status of one party's consent events, from least to most strict."""

    GRANTED = "granted"
    DEEMED = "deemed"
    NEVER_ASKED = "never_asked"
    INVALIDATED = "invalidated"
    EXPIRED = "expired"
    UNIDENTIFIED = "unidentified"
    """The terms require that people are named, and the request names none."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNREADABLE = "unreadable"
    """The state of the party could not be read."""


STRICTNESS = {status: rank for rank, status in enumerate(ConsentStatus)}
"""The rank of each status: 0 is `granted`, the highest is `unreadable`."""


def worst(statuses: list[ConsentStatus]) -> ConsentStatus:
    """The strictest status; `granted` for an empty list."""
    return max(statuses, key=STRICTNESS.__getitem__, default=ConsentStatus.GRANTED)


@dataclass(frozen=True, slots=True)
class Word:
    """A data category, service or role, with its counterparts in DPV and fideslang if there are any."""

    id: str
    label: str
    description: str
    dpv: str | None = None
    fideslang: str | None = None
    speaks: bool = False
    """For a role: people have it if an RTTM file (who spoke when) names them as speakers."""


@dataclass(frozen=True)
class Vocabulary:
    """One version of a vocabulary. Words are in the order of its file, by id."""

    name: str
    version: int
    digest: str
    """`sha256:` and the SHA-256 of the compiled words. Truth tables and decisions name it."""
    data_categories: Mapping[str, Word] = field(compare=False, repr=False)
    """Every node of the tree, a branch before its children. The id of a child is `branch.child`."""
    services: Mapping[Service, Word] = field(compare=False, repr=False)
    roles: Mapping[Role, Word] = field(compare=False, repr=False)

    @cached_property
    def leaves_under(self) -> Mapping[str, tuple[DataCategory, ...]]:
        """Every node of the tree (branch or leaf) with the leaves under it; a leaf has itself."""
        branches = {branch for node in self.data_categories for branch in branches_over(node)}
        leaves = [node for node in self.data_categories if node not in branches]
        return {
            node: tuple(leaf for leaf in leaves if node in (leaf, *branches_over(leaf)))
            for node in self.data_categories
        }

    @cached_property
    def leaves(self) -> tuple[DataCategory, ...]:
        """All leaves of the tree."""
        return tuple(node for node, leaves in self.leaves_under.items() if leaves == (node,))

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The nodes at the top of the tree. Together they cover all data."""
        return tuple(node for node in self.data_categories if not branches_over(node))

    @cached_property
    def speaker(self) -> Role | None:
        """The role of the people that a diarisation file names; None if no role speaks."""
        return next((role.id for role in self.roles.values() if role.speaks), None)

    def in_order(self, leaves: Iterable[DataCategory]) -> tuple[DataCategory, ...]:
        """The leaves, each once, in the order of the tree; unknown ones are left out."""
        chosen = frozenset(leaves)
        return tuple(leaf for leaf in self.leaves if leaf in chosen)


def branches_over(node: str) -> tuple[str, ...]:
    """The branches that a node of the tree is in, the nearest first: `a.b` and `a` for `a.b.c`."""
    steps = node.split(".")
    return tuple(".".join(steps[:depth]) for depth in range(len(steps) - 1, 0, -1))


def vocabulary() -> Vocabulary:
    """The vocabulary of this deployment, named by VOCABULARY and read once from TERMS_DIRECTORY.

    A process has one vocabulary, as it has one set of terms. Like a locale it is not an argument: it says
    which words exist, and nothing about any customer. Raises InvalidTermsError and MissingSettingError.
    """
    return _source.get()()


@contextmanager
def using(source: Callable[[], Vocabulary]) -> Iterator[None]:
    """Take the vocabulary from another source in this thread: for tools that read several vocabularies, and tests."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def open_vocabulary(environment: Mapping[str, str]) -> Vocabulary:
    """The last version of the vocabulary that an environment names; the same object for the same settings."""
    for name in ("TERMS_DIRECTORY", "VOCABULARY"):
        if name not in environment:
            raise MissingSettingError(name)
    return _open(environment["TERMS_DIRECTORY"], environment["VOCABULARY"])


def _of_process() -> Vocabulary:
    return open_vocabulary(os.environ)  # noqa: TID251 - see `vocabulary`


_source: ContextVar[Callable[[], Vocabulary]] = ContextVar("vocabulary", default=_of_process)


def compiled_directory(terms: Path, name: str, digest: str | None = None) -> Path:
    """The directory of the compiled terms of a vocabulary: of the version with this digest, or of the last version.

    InvalidTermsError if there is none.
    """
    digests = read_index(terms / "index.json", "vocabularies").get(name)
    if not digests or (digest and digest not in digests):
        raise InvalidTermsError("the compiled terms lack the vocabulary: check VOCABULARY")
    return terms / name / str(digests.index(digest) + 1 if digest else len(digests))


def read_vocabulary(path: Path) -> Vocabulary:
    """A compiled vocabulary; InvalidTermsError if it is missing, damaged or was changed."""
    return decode_vocabulary(read_compiled(path))


def decode_vocabulary(document: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary of a compiled document; InvalidTermsError if it is damaged or was changed."""
    try:
        if vocabulary_digest(document) != document["digest"]:
            raise InvalidTermsError("the vocabulary does not match its digest")
        return Vocabulary(
            name=document["name"],
            version=document["version"],
            digest=document["digest"],
            **{kind: _words(document[kind]) for kind in WORD_KINDS},
        )
    except (KeyError, TypeError, AttributeError) as broken:
        raise InvalidTermsError("the vocabulary is invalid") from broken


WORD_KINDS = ("data_categories", "services", "roles")
"""The three kinds of words in a vocabulary."""


def vocabulary_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the name, version and words of a compiled vocabulary."""
    return content_digest({name: value for name, value in document.items() if name != "digest"})


def content_digest(content: Any) -> str:
    """`sha256:` and the SHA-256 over JSON values in one encoding."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def read_index(path: Path, name: str) -> dict[str, Any]:
    """The entries of a compiled index, below `name`; InvalidTermsError if it is damaged or was changed.

    INVARIANT: no entry is used before the digest is checked. An index lists what no table contains,
    such as material changes.
    """
    document = read_compiled(path)
    entries = document.get(name) if isinstance(document, dict) else None
    if not isinstance(entries, dict) or document.get("digest") != content_digest(entries):
        raise InvalidTermsError("an index of the compiled terms does not match its digest")
    return entries


def read_compiled(path: Path) -> Any:
    """A compiled file's JSON; InvalidTermsError if there is none, or if it is not strict JSON."""
    try:
        return strict_json.loads(path.read_bytes(), max_bytes=_MAX_COMPILED_BYTES)
    except OSError as missing:
        raise InvalidTermsError("there are no compiled terms: run `make terms`") from missing
    except InvalidRequestError as broken:
        raise InvalidTermsError(f"a file of the compiled terms {broken.problem}") from broken


def _words(documents: list[dict[str, Any]]) -> dict[str, Word]:
    return {document["id"]: Word(**document) for document in documents}


@cache
def _open(directory: str, name: str) -> Vocabulary:
    return read_vocabulary(compiled_directory(Path(directory), name) / "vocabulary.json")
