"""The use that is screened for, and the media types of stored objects."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.kernel.vocabulary import ModelOwner, Operation, Service


class MediaType(StrEnum):
    """The media type of a stored object (RFC 9110, section 8.3)."""

    BYTES = "application/octet-stream"
    JSON = "application/json"
    HTML = "text/html; charset=utf-8"
    JWT = "application/jwt"


@dataclass(frozen=True, slots=True)
class ScreenedUse:
    """The use that all rows are screened for."""

    operation: Operation
    service: Service
    model_owner: ModelOwner
