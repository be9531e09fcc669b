"""Content negotiation by the `Accept` header (RFC 9110, section 12.5.1): a page or a document."""

PAGE_RANGES = {"text/html": 2, "text/*": 1, "*/*": 0}
DOCUMENT_RANGES = {
    "application/ld+json": 2,
    "application/json": 2,
    "application/*": 1,
    "*/*": 0,
}
"""The media ranges that match, with their specificity."""


def prefers_html(accept: str) -> bool:
    """Whether the client prefers a page to a document; what cannot be parsed has weight 0."""
    weights = dict(_parse_range(part) for part in accept.split(","))
    return _weight(weights, PAGE_RANGES) > _weight(weights, DOCUMENT_RANGES)


def _weight(weights: dict[str, float], ranges: dict[str, int]) -> float:
    matching = (each for each in weights if each in ranges)
    most_specific = max(matching, key=ranges.__getitem__, default=None)
    return weights[most_specific] if most_specific else 0.0


def _parse_range(part: str) -> tuple[str, float]:
    media_range, *parameters = (each.strip().lower() for each in part.split(";"))
    quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        weight = float(quality)
    except ValueError:
        return media_range, 0.0
    return media_range, weight if 0 <= weight <= 1 else 0.0
