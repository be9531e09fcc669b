"""The words of 0.1 that no code, document, event or template of 0.2 may use.

Each old word has a pattern and the word to use. A pattern matches parts of identifiers too:
`act` matches `act_id`, `stored_act` and `ActRecord`, but not `exact` or `action`.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXEMPT = (
    "CHANGELOG.md",
    "LICENSE",
    "requirements",
    "layers/vendor/requirements",
    "layers/columns/requirements",
    "tests/project/old_words.py",
    "tests/project/test_old_words.py",
    "tests/project/test_layout.py",
    "tests/project/figures.py",
    "tests/project/features_0_1.tsv",
    "tests/project/promises",
    "tests/PROMISES.md",
    "tests/testkit/data/",
)
"""Paths that quote 0.1, or that others wrote. The texts of terms are exempt line by line."""

QUOTED = re.compile(r"layers/terms/.*\.(txt|md)$")


@dataclass(frozen=True)
class OldWord:
    """A word of 0.1, the word to use, and where the old word counts."""

    name: str
    pattern: re.Pattern[str]
    use: str
    hints: tuple[str, ...]
    """Lower-case texts; the pattern can match only where one of them occurs."""
    suffixes: tuple[str, ...] = ()

    def applies_to(self, path: str) -> bool:
        """Whether the old word may not occur in this file."""
        return not self.suffixes or path.endswith(self.suffixes)


def _words(*forms: str) -> re.Pattern[str]:
    """Match whole words, also as parts of snake_case and CamelCase identifiers."""
    either = "|".join(f"[{form[0].upper()}{form[0].lower()}]{form[1:]}" for form in forms)
    return re.compile(rf"(?<![A-Za-z])(?:{either})(?![a-z])|(?<=[a-z])(?:{_camel(forms)})(?![a-z])")


def _camel(forms: tuple[str, ...]) -> str:
    return "|".join(form[0].upper() + form[1:] for form in forms)


def _word(name: str, use: str, *forms: str) -> OldWord:
    forms = forms or (name, f"{name}s")
    return OldWord(name, _words(*forms), use, tuple(form.lower() for form in forms))


def _python(name: str, use: str, pattern: str) -> OldWord:
    return OldWord(name, re.compile(pattern), use, (name,), (".py",))


def _phrase(name: str, use: str, pattern: str) -> OldWord:
    return OldWord(name, re.compile(pattern), use, (name.split()[-1],))


OLD_WORDS = (
    _word("standing", "consent status"),
    _phrase(
        "act", "consent event", r"(?<![A-Za-z])acts?(?![A-Za-z]| for)|\bActs?[A-Z]\w+|\w+Acts?\b"
    ),
    _python(
        "effect",
        "consent rule",
        r"\b(?!side_)\w+(?<!side)(?<!without)_effects?\b|effect_codec|\bEffects\b|\.effects\b",
    ),
    _phrase("spoken", "consent wording", r"\bspoken\b(?! language)"),
    _word("done_by", "representative", "done_by"),
    _phrase("course", "outcome history", r"(?<!of )\bcourse|_course\b"),
    _word("lowering", "downgrades", "lowering", "lowers"),
    _word("covers_earlier", "covers_collected", "covers_earlier"),
    _phrase("spent", "used ids", r"(?<!time )\bspent(_|\b)"),
    _word("book", "policy set"),
    _word("binding", "assignment"),
    _word("verdict", "ruling or outcome"),
    _phrase("said", "ruling", r"(?<!is )\bsaid\b"),
    _word("saying", "ruling", "says_nothing", "saying", "sayings"),
    _phrase("@says", "@explanation", r"@says\b"),
    _word(
        "judge",
        "evaluate, reason",
        "judge",
        "judges",
        "judged",
        "judgement",
        "judgements",
        "judging",
    ),
    _word("finding", "reason"),
    _phrase("needs", "what_would_allow", r"[\"']needs[\"']|\.needs\b|\bneeds="),
    _word("counterfactual", "what_would_allow"),
    _word("fence", "commit preconditions", "fence", "fences", "fenced", "unfenced", "fencing_off"),
    _word("observe", "dry run", "observe", "observes", "observed", "observing"),
    _word("foreign", "forbidden"),
    _word("malformed", "invalid"),
    _word("unanswered", "unavailable"),
    _word("silent", "not_covered", "silent"),
    _phrase("row kind", "row pattern", r"row_kinds?\b|\bkinds? of rows?\b|RowKinds?"),
    _word("heard", "look up, overlap", "heard", "meets", "met"),
    _phrase(
        "reach",
        "propagation",
        r"\breach(?:es|ed)?_\w+|\w+_reach(?:es|ed)?\b|\bReach[A-Z]?\w*|[a-z]Reach\b",
    ),
    _word("travel", "propagation", "travels", "travelled", "travelling"),
    _word("landed", "completed", "landed", "lands"),
    _word("remedy", "remediation", "remedy", "remedies"),
    _word("passing object", "temporary object", "passing"),
    _word("door", "handler, route, consumer"),
    _word("story", "use case", "story", "stories"),
    _phrase("flow", "use case", r"(?<![A-Za-z-])[Ff]lows?(?![a-z])(?! control)"),
    _phrase("law", "evaluation", r"(?<!protection )\blaws?\b(?! of (?:physics|the land))"),
    _word("world", "dependencies", "world", "worlds"),
    _phrase("asked", "request", r"(?<!never_)(?<!be )(?<!was )asked(?! again)"),
    _word("asking", "request", "asking"),
    _phrase("tell", "report, publish, notify, log, count", r"(?<![A-Za-z.])tells?(?![a-z])"),
    _word("told", "reported, published, notified, logged, counted", "told", "telling"),
    _phrase("kept", "stored, cached", r"(?<![A-Za-z])kept(?! \w+ing)"),
    _python(
        "place", "key, path, partition", r"(?<!in )\bplaces?\b|\bPlaces?\b|_places?\b|\bplaces?_"
    ),
    _word("twin", "known-bad variant"),
    _phrase("lives", "stateful model tests", r"\blives\b(?! in)|\bLives\b|_lives\b"),
    _phrase("refused:", "error:", r"[\"'`]refused: "),
    _word("unfenced", "known-bad variant", "unfenced"),
)
"""The words of 0.1. A word may be narrowed here if a standard meaning needs it."""


@dataclass(frozen=True)
class Occurrence:
    """Where an old word occurs."""

    position: str
    line: str


def tracked_files() -> list[Path]:
    """List the files under version control, and new ones that are not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def occurrences(old_word: OldWord, texts: dict[str, str]) -> Iterator[Occurrence]:
    """Find an old word in paths and contents."""
    for path, text in texts.items():
        if not old_word.applies_to(path):
            continue
        lowered = text_in_lower_case(path, text)
        if not any(hint in lowered for hint in old_word.hints):
            continue
        if old_word.pattern.search(path):
            yield Occurrence(path, "(its path)")
        for match in old_word.pattern.finditer(text):
            number = text.count("\n", 0, match.start()) + 1
            start = text.rfind("\n", 0, match.start()) + 1
            line = text[start : start + 160].partition("\n")[0].strip()
            yield Occurrence(f"{path}:{number}", line)


@cache
def text_in_lower_case(path: str, text: str) -> str:
    """The path and the text, for the hints."""
    return f"{path}\n{text}".lower()


def checked_texts() -> dict[str, str]:
    """Read every file in which an old word may not occur, by its path."""
    found = {}
    for path in tracked_files():
        name = str(path.relative_to(ROOT))
        if name.startswith(EXEMPT) or QUOTED.fullmatch(name):
            continue
        try:
            found[name] = path.read_text("utf-8")
        except UnicodeDecodeError:  # an image or a compressed file
            continue
    return found


def main() -> None:
    """Print each occurrence of each old word, and how often it occurs."""
    texts = checked_texts()
    for old_word in OLD_WORDS:
        found = list(occurrences(old_word, texts))
        for occurrence in found:
            print(f"{occurrence.position}: {old_word.name} (use {old_word.use}): {occurrence.line}")
    print("occurrences:")
    for old_word in OLD_WORDS:
        print(f"  {sum(1 for _ in occurrences(old_word, texts)):5}  {old_word.name}")


if __name__ == "__main__":
    main()
