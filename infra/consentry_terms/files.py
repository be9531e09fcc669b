"""Reads the files of a policy set; an error names the file as the user typed it."""

from pathlib import Path
from typing import Any

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
