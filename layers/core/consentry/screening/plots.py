"""Bar charts of a screening's rows or hours, by outcome. `report.html` draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from consentry.html.labels import in_hours, in_percent, number_of
from consentry.manifests.model import RowOutcome

type Amounts = Mapping[str, Mapping[str, float]]
"""Rows or hours by name, then by outcome: `{name: {outcome: amount}}`."""

_MIN_WIDTH = 0.4
"""Percent of the chart's width: the bar of even the smallest amount can be seen."""

_DESCRIBED_BARS = 5
"""A screen reader reads the first bars; the table has all of them."""


class Unit(StrEnum):
    """What a chart counts."""

    ROWS = "rows"
    HOURS = "hours"


_HEADS = {Unit.ROWS: "Rows", Unit.HOURS: "Speech"}


class Segment(NamedTuple):
    """The part of a bar with one outcome; `start` and `width` in percent of the chart's width."""

    outcome: RowOutcome
    start: float
    width: float


class Bar(NamedTuple):
    """One bar and its row of the table. `caption` is the text at its right end."""

    name: str
    caption: str
    amounts: Mapping[str, float]
    total: float
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each name, and a table of the same numbers below. `key` is unique in the page.

    `shares`: the names are the outcomes, the full width is their sum, and the table has their shares.
    `details`: further cells of the table by name, below `detail_heads`.
    """

    key: str
    heading: str
    note: str
    name_head: str
    unit: Unit
    amounts: Amounts
    shares: bool = False
    detail_heads: Sequence[str] = ()
    details: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def outcomes(self) -> list[RowOutcome]:
        """The outcomes that occur."""
        return [o for o in RowOutcome if any(o in parts for parts in self.amounts.values())]

    @property
    def heads(self) -> list[tuple[str, str | None]]:
        """The head and the class of each column of the table."""
        numbers = [_HEADS[self.unit], "Share"] if self.shares else self.outcomes
        return [
            (self.name_head, None),
            *((head, "words") for head in self.detail_heads),
            *((head.capitalize(), "number") for head in numbers),
        ]

    @property
    def total(self) -> float:
        """The sum of all amounts, or 1 if it is 0: shares of it are always defined."""
        return sum(sum(parts.values()) for parts in self.amounts.values()) or 1

    @property
    def bars(self) -> list[Bar]:
        """The bars on one scale: the longest fills the width, unless the bars are shares."""
        sums = {name: sum(parts.values()) for name, parts in self.amounts.items()}
        scale = 100 / (self.total if self.shares else max(sums.values(), default=0) or 1)
        return [
            Bar(name, self._caption(sums[name]), parts, sums[name], _segments(parts, scale))
            for name, parts in self.amounts.items()
        ]

    @property
    def description(self) -> str:
        """The first bars, for a screen reader."""
        bars = self.bars
        described = [f"{bar.name}: {bar.caption}" for bar in bars[:_DESCRIBED_BARS]]
        if len(bars) > _DESCRIBED_BARS:
            described.append(f"{len(bars) - _DESCRIBED_BARS} more")
        return "; ".join(described)

    def _caption(self, amount: float) -> str:
        caption = number_of(int(amount), "row") if self.unit is Unit.ROWS else in_hours(amount)
        return f"{caption}, {in_percent(amount / self.total)}" if self.shares else caption


def by_name(amounts: Amounts) -> Amounts:
    """Turn `{outcome: {name: amount}}` into `{name: {outcome: amount}}`, the largest total first."""
    names = dict.fromkeys(name for named in amounts.values() for name in named)
    turned = {name: {o: amounts[o][name] for o in amounts if name in amounts[o]} for name in names}
    return dict(sorted(turned.items(), key=lambda item: -sum(item[1].values())))


def _segments(parts: Mapping[str, float], scale: float) -> list[Segment]:
    shown = [outcome for outcome in RowOutcome if parts.get(outcome)]
    widths = [max(parts[outcome] * scale, _MIN_WIDTH) for outcome in shown]
    starts = accumulate(widths, initial=0.0)
    return [Segment(*each) for each in zip(shown, starts, widths, strict=False)]
