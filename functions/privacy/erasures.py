"""What the erasing door answers, and how it erases with the environment's stores."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.kernel.authorization import Caller
from consentry.privacy.erase_person import erase_person
from consentry.privacy.erasure import Erasure, RetainedData
from consentry.privacy.open import PrivacyDependencies
from functions.adapters.api_gateway import logger
from functions.adapters.observability import count


@dataclass(frozen=True, slots=True)
class ErasureResponse:
    """That it is done, and what is still there, until when: `until` is null until somebody removes it."""

    erasure_id: str
    at: datetime
    retained: tuple[RetainedData, ...]


def erase(erasure: Erasure, caller: Caller) -> ErasureResponse:
    """Erase a person of this caller's customer; when this returns, it holds."""
    erased = erase_person(
        Erasure(**dict(erasure)),
        caller=caller,
        at=datetime.now(UTC),
        deps=PrivacyDependencies.open(os.environ),
    )
    logger.info("person erased")
    count("Person.erased")
    return ErasureResponse(erased.erasure_id, erased.at, erased.retained)
