"""How far back a consent form reaches: from the grant, any time, or a duration before the grant."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

FROM_GRANT: Final = "from_grant"
"""Data that is collected since the start of the unbroken run of grants."""

ANYTIME: Final = "anytime"
"""Also all data that was collected before."""

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?"
)


def period_of(text: str) -> timedelta:
    """The duration before the grant; ValueError for text that is neither one nor `from_grant`."""
    if text == FROM_GRANT:
        return timedelta(0)
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("must be from_grant, anytime, or a duration of days and less such as PT3H")
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _checked(text: str) -> str:
    if text != ANYTIME:
        period_of(text)
    return text


CoversCollected = Annotated[str, StringConstraints(strict=True), AfterValidator(_checked)]
"""What a form says about data that is collected already. Years and months have no fixed length: use days."""
