"""Elements of an HTML page: words get in as text alone, so that none of them is ever markup.

The pages are HTML that is well-formed XML, too: whoever checks one can read it with any reader of XML.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, tostring

type Child = Element | str

_TENTH = 0.001
_FEW_HOURS = 0.1
_SENTENCE = 30
"""Letters from which words are given room."""

_UNFIT = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that neither XML nor HTML can hold, or that no reader shows."""


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """An element; `class_` is its class, `aria_label` its aria-label."""
    made = Element(tag, {_attribute(name): _fit(value) for name, value in attributes.items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + _fit(child)
        else:
            made.text = (made.text or "") + _fit(child)
    return made


def document(head: Sequence[Element], body: Sequence[Element]) -> str:
    """A whole page in English."""
    html = element("html", element("head", *head), element("body", *body), lang="en")
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode") + "\n"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Child]]) -> Element:
    """A table whose rows are named by their first cells; it may be wider than the screen."""
    looks = [_look([row[place] for row in rows]) for place in range(len(heads))]
    columns = (
        element("th", head, scope="col", **look) for head, look in zip(heads, looks, strict=True)
    )
    told = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *columns)),
        element("tbody", *(_row(row, looks) for row in rows)),
    )
    # What scrolls must be reached by the keyboard, and then says what it is.
    return element("div", told, class_="wide", role="region", tabindex="0", aria_label=caption)


def count(number: int) -> Element:
    """A whole number, as people read it and as machines do."""
    return element("data", f"{number:,}", value=str(number))


def hours(number: float) -> Element:
    """Hours as people read them; whole in the value."""
    return element("data", in_hours(number), value=repr(number))


def in_hours(number: float) -> str:
    """Hours to two places; so few that these would say little are told in seconds."""
    return f"{number * 3600:.3g} s" if 0 < number < _FEW_HOURS else f"{number:,.2f} h"


def share(part: float) -> Element:
    """A share of the whole; what there is is never told as nothing, nor what is not whole as the whole."""
    told = "<0.1%" if 0 < part < _TENTH else ">99.9%" if 1 - _TENTH < part < 1 else f"{part:.1%}"
    return element("data", told, value=repr(part))


def moment(at: datetime) -> Element:
    """A moment in UTC, to the second before it."""
    there = at.astimezone(UTC)
    return element("time", f"{there:%Y-%m-%d %H:%M:%S} UTC", datetime=there.isoformat())


def code(words: str) -> Element:
    """What is to be compared or copied letter by letter."""
    return element("code", words)


def _row(cells: Sequence[Child], looks: Sequence[Mapping[str, str]]) -> Element:
    named, *rest = zip(cells, looks, strict=True)
    others = (element("td", cell, **look) for cell, look in rest)
    return element("tr", element("th", named[0], scope="row"), *others)


def _look(column: Sequence[Child]) -> dict[str, str]:
    """The class of a column's cells: numbers stand at the right, sentences need room."""
    if any(isinstance(cell, Element) and cell.tag == "data" for cell in column):
        return {"class_": "number"}
    long = any(isinstance(cell, str) and len(cell) > _SENTENCE for cell in column)
    return {"class_": "words"} if long else {}


def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _fit(words: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", words)
