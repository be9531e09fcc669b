"""Files that an operator names: `-` is the standard input, and errors name the file."""

import sys
from pathlib import Path
from typing import Any

from consentry.kernel.errors import ConsentryError, InvalidRequestError
from consentry.kernel.strict_json import error_position, load_object
from consentry_cli.errors import fail


class UnreadableFileError(ConsentryError):
    """A file does not exist, or has the wrong content. The operator typed its path, so the error may repeat it."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{'the standard input' if str(path) == '-' else path}: {problem}")


def read_file(path: Path) -> bytes:
    """The bytes of a file. UnreadableFileError if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as missing:
        raise UnreadableFileError(path, f"cannot be read: {missing.strerror}") from missing


def load_file(path: Path) -> dict[str, Any]:
    """The JSON object in a file. UnreadableFileError gives the position of a syntax error."""
    content = read_file(path)
    try:
        return load_object(content)
    except InvalidRequestError as error:
        raise UnreadableFileError(path, f"{error.problem}{error_position(content)}") from None


def require_file(path: Path) -> None:
    """Exit with ERROR if a file that the command needs later does not exist."""
    if not path.is_file():
        fail(f"{path}: is not a file")


def require_matching(folder: Path, pattern: str) -> None:
    """Exit with ERROR if a folder has no file that matches the pattern."""
    if not next(folder.glob(pattern), None):
        fail(f"{folder}: is not a folder with files named {pattern}")
