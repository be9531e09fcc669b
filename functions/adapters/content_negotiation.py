"""What an answer is asked to be, by its `Accept` (RFC 9110, section 12.5.1): a document, or a page."""

PAGES = {"text/html": 2, "text/*": 1, "*/*": 0}
DOCUMENTS = {
    "application/ld+json": 2,
    "application/json": 2,
    "application/*": 1,
    "*/*": 0,
}
"""Media ranges that a form answers to, the more specific the greater."""


def prefers_html(accept: str) -> bool:
    """Whether a page is wanted more than a document; what is not understood asks for nothing."""
    weights = dict(_weighed(part) for part in accept.split(","))
    return _weight(weights, PAGES) > _weight(weights, DOCUMENTS)


def _weight(weights: dict[str, float], ranges: dict[str, int]) -> float:
    named = max((each for each in weights if each in ranges), key=ranges.__getitem__, default=None)
    return weights[named] if named else 0.0


def _weighed(part: str) -> tuple[str, float]:
    kind, *parameters = (each.strip().lower() for each in part.split(";"))
    written = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        weight = float(written)
    except ValueError:
        return kind, 0.0
    return kind, weight if 0 <= weight <= 1 else 0.0
