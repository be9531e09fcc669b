"""A screening request: which manifest, and for what use."""

from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from consentry.domain.contract import Audience, Document
from consentry.domain.errors import ForeignCustomerError, MalformedError
from consentry.domain.manifests.fields import LEFT_OUT, Fields
from consentry.domain.manifests.manifest import Combining
from consentry.domain.manifests.manifest import ManifestFormat as ManifestFormat
from consentry.domain.requests import DataUse

ObjectKey = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=900)]


class ManifestPlace(Document):
    """Where the manifest lies in the bucket, and how it is written."""

    key: ObjectKey
    format: ManifestFormat


class ScreeningRequest(DataUse):
    """Which rows of this manifest may be used so? `audience`: the subject that alone may redeem the permit."""

    manifest: ManifestPlace
    fields: Fields
    # Left out where it is the default: requests from before there was a choice keep their digest.
    combine: Annotated[Combining, Field(exclude_if=Combining.RECORDING.__eq__)] = (
        Combining.RECORDING
    )
    audience: Annotated[Audience | None, LEFT_OUT] = None

    @field_validator("combine")
    @classmethod
    def _segments_have_times(cls, combine: Combining, info: ValidationInfo) -> Combining:
        place, fields = info.data.get("manifest"), info.data.get("fields")
        if combine is Combining.RECORDING or not place or not fields:
            return combine
        if place.format is not ManifestFormat.RTTM and not fields.have_times:
            raise ValueError("by segments needs fields.recording, onset, duration and people")
        return combine

    @field_validator("audience")
    @classmethod
    def _is_not_everybody(cls, audience: Audience | None, info: ValidationInfo) -> Audience | None:
        # In a permit the customer's id stands for everybody who may name the customer.
        if audience is not None and audience == info.data.get("customer"):
            raise ValueError(
                "is the customer's id, which is no subject; leave it out for everybody"
            )
        return audience

    @field_validator("fields")
    @classmethod
    def _fit_the_format(cls, fields: Fields, info: ValidationInfo) -> Fields:
        place = info.data.get("manifest")
        if place and place.format is ManifestFormat.RTTM and not fields.are_constant:
            raise ValueError("are constants without people for RTTM, whose people are its speakers")
        if place and place.format is ManifestFormat.CSV and fields.are_constant:
            # By the columns' names alone is a header told from a row, which must not pass as one.
            raise ValueError("name at least one column for CSV")
        if place and place.format is ManifestFormat.PARQUET and fields.are_linked:
            raise ValueError("know no recordings and no items in Parquet")
        return fields

    def require_own_manifest(self) -> None:
        """Raise ForeignCustomerError for another's manifest, MalformedError for what is none."""
        owner, folder, name = (*self.manifest.key.split("/", 2), "", "")[:3]
        if owner != self.customer:
            raise ForeignCustomerError
        if folder != "manifests" or not name:
            raise MalformedError("manifest.key", "is not below the customer's manifests/")
