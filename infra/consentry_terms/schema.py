"""The Cedar schema, which must equal the vocabulary, and the category tree as Cedar entities."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cedarpy

from consentry.kernel.vocabulary import (
    ConsentStatus,
    ModelOwner,
    Operation,
    Vocabulary,
    branches_over,
)
from consentry_terms.errors import TermsSourceError

OPERATION_GROUPS = {
    Operation.EVALUATE: "improve",
    Operation.FINE_TUNE: "train",
    Operation.PRETRAIN: "train",
}
"""Training also improves; running a feature (`infer`) does neither."""


def read_schema(path: Path) -> cedarpy.Schema:
    """The schema in a file; TermsSourceError if it differs from the vocabulary."""
    try:
        written = cedarpy.Schema.from_str(path.read_text(encoding="utf-8"))
    except ValueError as broken:
        raise TermsSourceError(str(path), str(broken)) from broken
    # Cedar prints a schema in one canonical form, so the texts can be compared.
    if str(written) != str(cedarpy.Schema.from_str(vocabulary_schema())):
        raise TermsSourceError(str(path), "differs from kernel/vocabulary.py")
    return written


def vocabulary_schema() -> str:
    """The schema that the vocabulary requires."""
    return "\n".join(
        [
            f"entity ModelOwner enum {_quoted(ModelOwner)};",
            f"entity ConsentStatus enum {_quoted(ConsentStatus)};",
            "entity DataCategory in [DataCategory];",
            'action "improve"; action "train" in [Action::"improve"];',
            *(_action(operation) for operation in Operation),
        ]
    )


def _action(operation: Operation) -> str:
    group = OPERATION_GROUPS.get(operation)
    inside = f' in [Action::"{group}"]' if group else ""
    context = "{ same_service: Bool, customer: ConsentStatus, people: ConsentStatus }"
    return (
        f'action "{operation}"{inside} appliesTo '
        f"{{ principal: [ModelOwner], resource: [DataCategory], context: {context} }};"
    )


def _quoted(words: Iterable[str]) -> str:
    return json.dumps([str(word) for word in words])


def category_entities(vocabulary: Vocabulary, schema: cedarpy.Schema) -> cedarpy.Entities:
    """Every node of the category tree with its parent, for `resource in` of the rules."""
    nodes = [_entity(node, branches_over(node)[:1]) for node in vocabulary.data_categories]
    return cedarpy.Entities.from_json_str(json.dumps(nodes), schema)


def _entity(node: str, parents: Iterable[str]) -> dict[str, Any]:
    return {"uid": _category(node), "attrs": {}, "parents": [_category(each) for each in parents]}


def _category(node: str) -> dict[str, str]:
    return {"type": "DataCategory", "id": node}
