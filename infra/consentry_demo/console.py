"""What the demo prints: titles, what is sent, and what came back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import wrap

from rich.console import Console
from rich.text import Text

STYLES = {"allow": "bold green", "deny": "bold red"}
TRIGGER, LABEL = 9, 8
"""Columns that the name of a trigger takes, and those of a result's label under it."""


@dataclass
class DemoConsole:
    """Prints in columns; `failures` collects what was otherwise than the scenario expects."""

    rich: Console
    failures: list[str] = field(default_factory=list)

    def title(self, words: str) -> None:
        """Begin a section."""
        self.rich.print()
        self.say(words, style="bold")

    def say(self, words: str, *, label: str = "", indent: int = 0, style: str = "") -> None:
        """Words after a label, wrapped in their own column; `style` is the label's, if there is one."""
        room = self.rich.width - indent - len(label)
        for line in wrap(words, room, break_on_hyphens=False) or [""]:
            text = Text(" " * indent).append(label, style=style)
            self.rich.print(text.append(line, style="" if label.strip() else style))
            label = " " * len(label)

    def row(self, cells: Text) -> None:
        """A line of a table."""
        self.rich.print(Text(" " * 2).append_text(cells))

    def sent(self, trigger: str, words: str) -> None:
        """What is sent, and by which trigger."""
        self.say(words, label=f"{trigger:<{TRIGGER}}", indent=2, style="cyan")

    def results(self, lines: Iterable[tuple[str, str]]) -> None:
        """What came back: labels in one column, words in the next."""
        listed = list(lines)
        width = max([LABEL, *(len(label) + 2 for label, _ in listed)])
        for label, words in listed:
            style = STYLES.get(label.lower(), "bold")
            self.say(words, label=f"{label:<{width}}", indent=2 + TRIGGER, style=style)

    def expect(self, holds: bool, expected: str) -> None:
        """Collect and print a failure unless `holds`."""
        if not holds:
            self.failures.append(expected)
            self.say(f"UNEXPECTED: {expected}", style="bold red")
