"""A receipt of an act of consent: the act as it is kept, the form it was done on, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consentry.domain.consent.act_course import Course, Event, OutdatedBefore, course_of
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.forms import Form


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt tells, as document or page. Nobody is in it but by the random name."""

    record: ActRecord
    form: Form | None
    course: Course
    corrected_by: tuple[ActRecord, ...] = ()
    """The acts that name this one as what they correct."""

    @property
    def events(self) -> tuple[Event, ...]:
        """All that happened: what the act did first, then what followed, in time."""
        own = dict.fromkeys(chain[0] for chain in self.course)
        later = dict.fromkeys(event for chain in self.course for event in chain[1:])
        return (*own, *sorted(later, key=lambda event: event.at))


def receipt_of(
    record: ActRecord,
    acts: Sequence[ActRecord],
    form: Form | None,
    *,
    at: datetime,
    outdated_before: OutdatedBefore,
) -> Receipt:
    """The receipt of one of a party's acts as of a moment; `acts` are all until then, oldest first."""
    course = course_of(record, acts, at=at, outdated_before=outdated_before)
    corrections = tuple(each for each in acts if each.act.corrects == record.act.act_id)
    return Receipt(record, form, course, corrections)


def place_of(record: ActRecord) -> str:
    """Where the receipt is found: a path of the API, with nobody's id in it."""
    return f"/receipts/{record.act.customer}/{record.party}/{record.act.act_id}"
