"""Tables on a terminal of 80 columns: no word is broken, and nothing is left out."""

import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from consentry_cli import render
from tests.testkit.command_line import Run

WORDS = st.lists(st.from_regex(r"\A[a-z_]{1,30}\Z"), min_size=0, max_size=6).map(" ".join)
ROWS = st.lists(st.lists(WORDS, min_size=4, max_size=4), min_size=1, max_size=4)
HEADINGS = ("data", "operation", "model owner", "rules")


class Printed:
    """What is printed on a terminal of 80 columns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = StringIO()
        monkeypatch.setattr(render, "console", lambda: Console(file=self.file, width=80))

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"[^\s│┃┏┓┗┛┡┩└┘├┤┼━─┳╇┴┬]+", self.file.getvalue()))


@given(ROWS)
def test_no_word_of_a_table_is_broken_or_left_out(rows: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed = Printed(patch)
        render.print_table("a title", HEADINGS, rows)

    expected = {word for row in rows for text in row for word in text.split()}
    assert expected <= printed.words
    assert max(map(len, printed.file.getvalue().splitlines())) <= 80


KEYS = st.text(st.sampled_from("ab/-_"), min_size=1, max_size=70)


@given(st.lists(st.lists(KEYS, min_size=3, max_size=3), max_size=4))
def test_columns_without_borders_keep_every_letter(rows: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed = Printed(patch)
        render.print_columns(rows)

    assert printed.file.getvalue().split() == [text for row in rows for text in row]


def test_a_table_that_is_too_wide_for_its_words_is_printed_as_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = Printed(monkeypatch)

    render.print_table("a title", ("key", "", "rule"), [("a" * 70, "", "b" * 20)])

    assert printed.file.getvalue().splitlines() == [
        "a title",
        "",
        f"key: {'a' * 70}",
        f"rule: {'b' * 20}",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("terms", "show", "zoom-terms"),
        ("terms", "show", "house"),
        ("terms", "diff", "zoom-terms@2023-03-31", "zoom-terms@2023-08-11"),
        ("local",),
    ],
    ids=" ".join,
)
def test_a_command_prints_the_same_words_on_a_narrow_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    wide = set(re.findall(r"[\w./{}-]+", run(*words).out))
    monkeypatch.setattr(render, "PIPE_WIDTH", 80)

    narrow = set(re.findall(r"[\w./{}-]+", run(*words).out))

    assert narrow - wide == set()


def test_markup_in_a_cell_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = Printed(monkeypatch)

    render.print_table("[b]", ("data",), [("[red]x[/]",)])

    assert "[red]x[/]" in printed.words
