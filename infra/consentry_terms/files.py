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
        document = yaml.load(read_text(path), Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise TermsSourceError(
            str(path), f"{getattr(broken, 'problem', 'is not YAML')}{line}"
        ) from broken
    try:
        return model.read(document)
    except InvalidRequestError as invalid:
        raise TermsSourceError(str(path), str(invalid)) from invalid


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML without repeated keys. PyYAML keeps the last of them, so that the first would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set[str]()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"names {key.value} twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
