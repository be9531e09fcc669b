"""A screening request: a manifest and a use."""

from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from consentry.kernel.errors import ForbiddenCustomerError, InvalidRequestError
from consentry.kernel.requests import DataUse
from consentry.kernel.schema import Audience, StrictModel
from consentry.manifests.field_mapping import EXCLUDE_IF_NONE, FieldMapping
from consentry.manifests.model import CombineBy, ManifestFormat

ObjectKey = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=900)]


class ManifestLocation(StrictModel):
    """The manifest's key in the bucket, and its format."""

    key: ObjectKey
    format: ManifestFormat


class ScreeningRequest(DataUse):
    """Asks which rows may be used; only the `audience`, if given, may redeem the permit."""

    manifest: ManifestLocation
    fields: FieldMapping
    # The default is left out, so that older requests keep their digest.
    combine: Annotated[CombineBy, Field(exclude_if=CombineBy.RECORDING.__eq__)] = (
        CombineBy.RECORDING
    )
    audience: Annotated[Audience | None, EXCLUDE_IF_NONE] = None

    @field_validator("combine")
    @classmethod
    def _segments_have_times(cls, combine: CombineBy, info: ValidationInfo) -> CombineBy:
        manifest, fields = info.data.get("manifest"), info.data.get("fields")
        if combine is CombineBy.RECORDING or not manifest or not fields:
            return combine
        if manifest.format is not ManifestFormat.RTTM and not fields.have_times:
            raise ValueError("by segments needs fields.recording, onset, duration and people")
        return combine

    @field_validator("audience")
    @classmethod
    def _is_not_everybody(cls, audience: Audience | None, info: ValidationInfo) -> Audience | None:
        if audience is None:  # Sent as null: the default is not validated.
            raise ValueError("is a subject, or left out for every caller of the customer")
        # As audience of a permit, the customer's id means every caller of the customer.
        if audience == info.data.get("customer"):
            raise ValueError(
                "is the customer's id, which is no subject; leave it out for everybody"
            )
        return audience

    @field_validator("fields")
    @classmethod
    def _fit_the_format(cls, fields: FieldMapping, info: ValidationInfo) -> FieldMapping:
        manifest = info.data.get("manifest")
        form = manifest.format if manifest else None
        if form is ManifestFormat.RTTM and fields.paths:
            raise ValueError("are constants without people for RTTM, whose people are its speakers")
        if form is ManifestFormat.CSV and not fields.paths:
            # Only column names distinguish a header from a row.
            raise ValueError("name at least one column for CSV")
        if form is ManifestFormat.PARQUET and fields.are_linked:
            raise ValueError("know no recordings and no items in Parquet")
        return fields

    def require_own_manifest(self) -> None:
        """Check the manifest's key.

        ForbiddenCustomerError for another customer's; InvalidRequestError outside `manifests/`.
        """
        owner, folder, name = (*self.manifest.key.split("/", 2), "", "")[:3]
        if owner != self.customer:
            raise ForbiddenCustomerError
        if folder != "manifests" or not name:
            raise InvalidRequestError("manifest.key", "is not below the customer's manifests/")
