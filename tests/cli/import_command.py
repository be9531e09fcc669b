"""A file of opt-outs is imported, and a person's consent looked at after it."""

from pathlib import Path

from tests.cli.conftest import Run


def import_file(
    run: Run, file: Path, content: str | bytes, *words: str
) -> tuple[int, list[str], str]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = run("consent", "import", file, "--customer", "acme", *words)
    return ended.code, ended.out.splitlines(), ended.err


def show_person(run: Run, person: str) -> str:
    return run("consent", "show", "acme", "--person", person).out
