"""Write tests/PROMISES.md: each promise of the design with the ids of its tests in 0.1 and today.

A test says which promise it shows by `@pytest.mark.promise(n)`. `make promises` writes the table.
`promises_0_1.tsv` lists the tests of 0.1 and the names they have today, so that a lost test shows.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE = ROOT / "tests" / "PROMISES.md"
TESTS_OF_0_1 = HERE / "promises_0_1.tsv"

PROMISES = {
    1: "Log before answer: a decision is returned or emitted only after it is committed.",
    2: "Linearizable withdrawal: after a withdrawal returned, no request that begins later is "
    "allowed by the withdrawn consent, retries and duplicates included. Every version that an "
    "allow rests on was current at one moment during its request.",
    3: "One request id, one decision, revisable only from allow to deny. The same id with another "
    "body is an error.",
    4: "Anything missing, unknown, unreadable, late or broken is not an allow.",
    5: "A material change of terms voids the consents it names, and only those, until renewed.",
    6: "A decision can be recomputed at any later time from its log row.",
    7: "One customer's answers never depend on, or reveal, another's data. The caller's identity "
    "must allow the customer that a request names.",
    8: "What a caller says about consent is ignored: only stored consent events count. Who may ask "
    "is not thereby allowed to grant.",
    9: "No direct identifier in logs, metrics or the decision log. Erasing a person destroys the "
    "key that names them.",
    10: "Edits, removals and insertions in the decision log are found offline with a public key.",
    11: "No known way to start a training job works without a live permit for exactly the bytes "
    "that were admitted.",
    12: "Decisions of one customer never wait for each other, and a withdrawal never waits for a "
    "single decision.",
}
"""The promises of the design, section 3."""

NOT_YET = {10, 11}
"""Promises of later versions. Remove a number here when its first test exists."""


@dataclass(frozen=True)
class EarlierTest:
    """A test of 0.1 (`id`, empty for a new test), and the function that shows the same today."""

    promise: int
    id: str
    function: str


@cache
def marked_tests() -> list[tuple[int, str]]:
    """Find the marked tests: the promise, and the id of the test."""
    return sorted(
        (promise, f"{path.relative_to(ROOT)}::{node.name}")
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        for promise in _marked_promises(node)
    )


def _marked_promises(function: ast.FunctionDef) -> Iterator[int]:
    for decorator in function.decorator_list:
        text = ast.unparse(decorator)
        if text.startswith("pytest.mark.promise("):
            yield int(text.removeprefix("pytest.mark.promise(").removesuffix(")"))


def earlier_tests() -> list[EarlierTest]:
    """Read the tests of 0.1 and the names they have today."""
    rows = TESTS_OF_0_1.read_text("utf-8").splitlines()[1:]
    fields = [row.split("\t") for row in rows]
    return [EarlierTest(int(promise), old, new) for promise, old, new in fields]


def render() -> str:
    """Render the table."""
    lines = [
        "# Promises and their tests",
        "",
        "The promises are those of the design, section 3. `make promises` writes this file from the",
        "marks `@pytest.mark.promise(n)`. The left column has the test of 0.1, before its rename.",
    ]
    marked, earlier = marked_tests(), earlier_tests()
    for promise, text in PROMISES.items():
        lines += ["", f"## Promise {promise}", "", text, ""]
        if promise in NOT_YET:
            lines.append("Not part of this version.")
            continue
        lines += ["| 0.1 | today |", "|---|---|"]
        for test in (test for number, test in marked if number == promise):
            function = test.partition("::")[2]
            before = [
                f"`{each.id}`"
                for each in earlier
                if each.id and (each.promise, each.function) == (promise, function)
            ]
            lines.append(f"| {', '.join(before) or 'new'} | `{test}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render(), end="")
