"""Reads the files of a policy set; an error names the file as the user typed it."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.schema import StrictModel
from consentry.kernel.strict_json import error_position, loads
from consentry_terms.errors import TermsSourceError


def read_text(path: Path) -> str:
    """A file's text; TermsSourceError if it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as unread:
        raise TermsSourceError(str(path), "cannot be read") from unread
    except UnicodeDecodeError as broken:
        raise TermsSourceError(str(path), "is not UTF-8") from broken


def read_json(path: Path) -> Any:
    """A file's JSON; TermsSourceError if it is not strict JSON."""
    text = read_text(path)
    try:
        return loads(text)
    except InvalidRequestError as error:
        raise TermsSourceError(str(path), f"{error.problem}{error_position(text)}") from None


def read_model[Model: StrictModel](path: Path, model: type[Model]) -> Model:
    """A file's JSON as a model; TermsSourceError names the field."""
    try:
        return model.read(read_json(path))
    except InvalidRequestError as invalid:
        raise TermsSourceError(str(path), str(invalid)) from invalid


def read_yaml_model[Model: StrictModel](path: Path, model: type[Model]) -> Model:
    """A file's YAML as a model; TermsSourceError names the field, or the line if it is not YAML."""
    try:
        document = yaml.load(read_text(path), Loader=_PlainLoader)  # noqa: S506 - makes only text, lists and mappings
    except yaml.YAMLError as broken:
        raise TermsSourceError(str(path), _yaml_problem(broken)) from broken
    except RecursionError:
        raise TermsSourceError(str(path), "is nested too deeply") from None
    if not isinstance(document, dict):
        problem = "is empty" if document in (None, "") else "must be a mapping"
        raise TermsSourceError(str(path), f"{problem}; it needs {', '.join(model.model_fields)}")
    try:
        return model.read(document)
    except InvalidRequestError as invalid:
        raise TermsSourceError(str(path), str(invalid)) from invalid


def _yaml_problem(broken: yaml.YAMLError) -> str:
    if isinstance(broken, yaml.MarkedYAMLError) and broken.problem_mark:
        problem = ", ".join(part for part in (broken.context, broken.problem) if part)
        return f"{problem}, line {broken.problem_mark.line + 1}"
    return "has a character that YAML does not allow"


class _PlainLoader(yaml.BaseLoader):
    """YAML with text, lists and mappings only, so that what is written is what is read.

    - Every value is text: `no`, `on`, 2026-01-31 and 7 are not turned into booleans, dates or numbers.
    - A repeated key is an error. PyYAML keeps the last one, so that the first would be lost.
    - Anchors, aliases, merge keys and tags are errors: a word has all its fields where it is written.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            problem = "anchors (&), aliases (*) and tags (!) are not supported"
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set[str]()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problem = "a key must be text"
            elif key.value == "<<":
                problem = "merge keys (<<) are not supported"
            elif key.value in seen:
                problem = f"names {key.value} twice"
            else:
                seen.add(key.value)
                continue
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        return super().construct_mapping(node, deep)
