"""Plots for a page: bars in SVG that are as wide as the screen lets them, with words of one size everywhere.

Placements differ by pattern as well as by colour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from consentry.html.elements import element
from consentry.manifests.model import RowOutcome

_STEP, _BAR, _BASELINE = 46, 16, 15
"""Pixels: from one bar to the next, a bar's height, its words' baseline."""

_THINNEST = 0.4
"""Percent of the width: what there is can be seen, however little it is."""

_LONGEST = 44
"""Letters of a label; the table has it whole."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: amounts by placement, end to end, and what stands at its right."""

    label: str
    parts: Mapping[str, float]
    caption: str


def plot(
    key: str, title: str, says: str, bars: Sequence[Bar], whole: float | None = None
) -> Element:
    """Bars on one scale; `key` is the plot's own in its page. As wide as it is `whole`, else the longest."""
    most = whole or max((sum(bar.parts.values()) for bar in bars), default=0) or 1
    drawn = [part for place, bar in enumerate(bars) for part in _bar(bar, place * _STEP, most)]
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", says, id=f"{key}-desc"),
        *drawn,
        class_="plot",
        role="img",
        width="100%",
        height=str(max(len(bars) * _STEP, 1)),
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
    )


def patterns() -> Element:
    """What the placements are filled with: a page has it once, before its first plot."""
    hatch = element("rect", width="3", height="8", class_="mark rejected")
    dot = element("circle", cx="4", cy="4", r="1.8", class_="mark undetermined")
    filled = (
        _pattern(
            RowOutcome.ADMITTED, element("rect", width="8", height="8", class_="mark admitted")
        ),
        _pattern(RowOutcome.REJECTED, hatch, patternTransform="rotate(45)"),
        _pattern(RowOutcome.UNDETERMINED, dot),
    )
    return element(
        "svg", element("defs", *filled), width="0", height="0", class_="fills", aria_hidden="true"
    )


def row_outcome_legend(present: Sequence[RowOutcome]) -> Element:
    """The patterns of those that there are, with their names."""
    named = (part for row_outcome in present for part in (_swatch(row_outcome), f" {row_outcome} "))
    return element("p", *named, class_="key")


def _bar(bar: Bar, top: int, most: float) -> Iterator[Element]:
    baseline = str(top + _BASELINE)
    label = bar.label if len(bar.label) <= _LONGEST else f"{bar.label[: _LONGEST - 1]}\u2026"
    yield element("text", label, x="0", y=baseline)
    yield element("text", bar.caption, x="100%", y=baseline, text_anchor="end", class_="told")
    place = {"y": str(top + _STEP - _BAR - 8), "height": str(_BAR)}
    yield element("rect", x="0", width="100%", class_="ground", **place)
    start = 0.0
    for row_outcome in RowOutcome:
        if amount := bar.parts.get(row_outcome):
            width = max(100 * amount / most, _THINNEST)
            across = {"x": f"{start:.3f}%", "width": f"{width:.3f}%"}
            yield element("rect", **across, **place, **_filled(row_outcome))
            start += width


def _swatch(row_outcome: RowOutcome) -> Element:
    box = element("rect", width="16", height="16", **_filled(row_outcome))
    return element("svg", box, width="16", height="16", aria_hidden="true")


def _filled(row_outcome: RowOutcome) -> dict[str, str]:
    return {"fill": f"url(#fill-{row_outcome})", "class_": f"part {row_outcome}"}


def _pattern(row_outcome: RowOutcome, mark: Element, **turned: str) -> Element:
    ground = element("rect", width="8", height="8", class_="under")
    size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
    return element("pattern", ground, mark, id=f"fill-{row_outcome}", **size, **turned)
