"""Files of a book as text or JSON; an error names the file as it was typed."""

import json
from pathlib import Path
from typing import Any

from consentry_terms.errors import TermsSourceError


def read_text(path: Path) -> str:
    """A file's text; `TermsSourceError` if it is not there or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as unread:
        raise TermsSourceError(str(path), "cannot be read") from unread
    except UnicodeDecodeError as broken:
        raise TermsSourceError(str(path), "is not UTF-8") from broken


def read_json(path: Path) -> Any:
    """A file's JSON; `TermsSourceError` if it is none."""
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as broken:
        raise TermsSourceError(str(path), f"is not JSON: {broken}") from broken
