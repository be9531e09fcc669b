"""What was screened and what came of it: the use, the manifest that was read, the files that were written."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.kernel.vocabulary import ModelOwner, Operation, Service


class MediaType(StrEnum):
    """What an object holds, as it is kept and fetched (RFC 9110, section 8.3)."""

    BYTES = "application/octet-stream"
    JSON = "application/json"
    HTML = "text/html; charset=utf-8"
    JWT = "application/jwt"


@dataclass(frozen=True, slots=True)
class ScreenedUse:
    """The use that all rows were screened for."""

    operation: Operation
    service: Service
    model_owner: ModelOwner
