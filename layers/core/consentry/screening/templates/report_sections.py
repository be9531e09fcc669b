"""The parts of a screening's page: a plot of amounts by placement, and a table of the same numbers under it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from consentry.html.elements import Child, count, element, hours, in_hours, share, table
from consentry.html.page import headed
from consentry.manifests.model import RowOutcome
from consentry.screening.templates.plots import Bar, plot, row_outcome_legend

type Amounts = Mapping[str, Mapping[str, float]]
"""Name to placement to rows, or to hours."""

_TOLD = 5
"""Bars that a plot's description reads out."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: in a table's cell, and in words at a bar's end."""

    name: str
    cell: Callable[[float], Element]
    words: Callable[[float], str]


ROWS = Unit("rows", lambda n: count(int(n)), lambda n: f"{n:,.0f} {'row' if n == 1 else 'rows'}")
HOURS = Unit("hours", hours, in_hours)


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One part of a page; `key` is its own in the page. `details`: a name's further cells, under `detailed`."""

    key: str
    title: str
    note: str
    named: str
    unit: Unit
    amounts: Amounts
    detailed: Sequence[str] = ()
    details: Mapping[str, Sequence[Child]] = field(default_factory=dict)


def by_name(caption: Amounts) -> Amounts:
    """Amounts by placement and name, turned to name and placement; the largest first."""
    names = dict.fromkeys(name for named in caption.values() for name in named)
    turned = {name: {p: of[name] for p, of in caption.items() if name in of} for name in names}
    return dict(sorted(turned.items(), key=lambda item: -sum(item[1].values())))


def section(part: ReportSection) -> Element:
    """The part's words, plot and table; without amounts it says that there are none."""
    if not part.amounts:
        return headed(part.key, part.title, part.note, element("p", "There are none."))
    caption = {name: part.unit.words(sum(parts.values())) for name, parts in part.amounts.items()}
    present = [p for p in RowOutcome if any(p in parts for parts in part.amounts.values())]
    heads = [part.named, *part.detailed, *(str(p).capitalize() for p in present)]
    rows = [
        (
            name,
            *(part.details[name] if part.detailed else ()),
            *(part.unit.cell(parts.get(p, 0)) for p in present),
        )
        for name, parts in part.amounts.items()
    ]
    return _plotted(part, caption, heads, rows, row_outcome_legend(present))


def outcomes(part: ReportSection) -> Element:
    """The same where the names are the placements: a column for their amounts, and one for their share.

    A bar is as long as its share: the whole plot is all of them.
    """
    amounts = {name: sum(parts.values()) for name, parts in part.amounts.items()}
    whole = sum(amounts.values()) or 1
    shares = {name: share(amount / whole) for name, amount in amounts.items()}
    caption = {n: f"{part.unit.words(amount)}, {shares[n].text}" for n, amount in amounts.items()}
    heads = [part.named, part.unit.name.capitalize(), "Share"]
    rows = [(name, part.unit.cell(amount), shares[name]) for name, amount in amounts.items()]
    return _plotted(part, caption, heads, rows, whole=whole)


def _plotted(
    part: ReportSection,
    caption: Mapping[str, str],
    heads: Sequence[str],
    rows: Sequence[Sequence[Child]],
    *between: Element,
    whole: float | None = None,
) -> Element:
    bars = [Bar(name, part.amounts[name], words) for name, words in caption.items()]
    read = [f"{bar.label}: {bar.caption}" for bar in bars[:_TOLD]]
    read += [f"{len(bars) - _TOLD} more"] if len(bars) > _TOLD else []
    says = f"{'; '.join(read)}. The table below has the same numbers."
    drawn = plot(part.key, part.title, says, bars, whole)
    numbers = table(f"{part.title}, in numbers", heads, rows)
    return headed(part.key, part.title, part.note, drawn, *between, numbers)
