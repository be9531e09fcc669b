"""The frame that the pages for people share: one style, a policy that lets nothing else in, facts by name."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from consentry.html.elements import Child, document, element
from consentry.html.style_sheet import POLICY, STYLE


def page(title: str, *body: Element) -> str:
    """A whole page that asks nothing of anywhere."""
    head = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", STYLE),
    )
    return document(head, body)


def answer(kind: str, heading: str, allowed: bool, *until: Child) -> Element:
    """What a page says first: what it is, in one word how it stands, and until when."""
    return element(
        "div",
        element("p", kind, class_="kind"),
        element("h1", heading),
        element("p", *until, class_="until"),
        class_=f"answer {'allow' if allowed else 'deny'}",
    )


def facts(named: Mapping[str, Child]) -> Element:
    """Facts by their names."""
    parts = ((element("dt", name), element("dd", value)) for name, value in named.items())
    return element("dl", *(part for pair in parts for part in pair))


def headed(key: str, title: str, note: str, *children: Element) -> Element:
    """A section under its heading."""
    heading = element("h2", title, id=key)
    words = element("p", note, class_="note")
    return element("section", heading, words, *children, aria_labelledby=key)
