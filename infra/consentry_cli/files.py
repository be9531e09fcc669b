"""Files that an operator names on the command line: `-` is the standard input, and what is wrong names its file."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

from cyclopts import Parameter

from consentry.kernel.errors import ConsentryError, InvalidRequestError
from consentry.kernel.strict_json import load_object

InputFile = Annotated[Path, Parameter(allow_leading_hyphen=True)]
"""A file to read; `-` is the standard input."""


class UnreadableFileError(ConsentryError):
    """A file that was named is not there, or not what it should be. Its path is no secret to whoever typed it."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{'the standard input' if str(path) == '-' else path}: {problem}")


def read_file(path: Path) -> bytes:
    """A file's bytes, `-` being the standard input; UnreadableFileError if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as missing:
        raise UnreadableFileError(path, f"cannot be read: {missing.strerror}") from missing


def load_file(path: Path) -> dict[str, Any]:
    """The object that a file holds as strict JSON; UnreadableFileError says where it is none."""
    content = read_file(path)
    try:
        return load_object(content)
    except InvalidRequestError as wrong:
        raise UnreadableFileError(path, f"{wrong.problem}{_broken_at(content)}") from None


def _broken_at(content: bytes) -> str:
    try:
        json.loads(content)
    except json.JSONDecodeError as broken:
        return f": line {broken.lineno}, column {broken.colno}"
    except (ValueError, RecursionError):
        pass
    return ""


def require_file(path: Path) -> None:
    """Refuse, and exit with 1, where a file that is needed later is not there."""
    if not path.is_file():
        _fail(UnreadableFileError(path, "is no file"))


def require_matching(folder: Path, pattern: str) -> None:
    """Refuse, and exit with 1, where a folder holds nothing of a pattern."""
    if not next(folder.glob(pattern), None):
        _fail(UnreadableFileError(folder, f"is no folder with files named {pattern}"))


def _fail(wrong: UnreadableFileError) -> NoReturn:
    print(f"error: {wrong}", file=sys.stderr)
    raise SystemExit(1)
