"""A screening request: a manifest and a use."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from consentry.kernel.errors import ForbiddenCustomerError, InvalidRequestError
from consentry.kernel.placeholders import DEFAULT_PLACEHOLDERS, Patterns
from consentry.kernel.requests import DataUse
from consentry.kernel.schema import EXCLUDE_IF_NONE, Audience, StrictModel
from consentry.manifests.field_mapping import EACH, FieldMapping
from consentry.manifests.local_labels import LocalLabels
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
    placeholders: Annotated[Patterns | None, EXCLUDE_IF_NONE] = None
    """The labels of unidentified people; None means DEFAULT_PLACEHOLDERS."""
    labels: Annotated[LocalLabels | None, EXCLUDE_IF_NONE] = None
    """None means that a label is the id of the same person in the whole manifest."""

    @property
    def placeholder_patterns(self) -> tuple[str, ...]:
        """The patterns of labels of unidentified people."""
        return DEFAULT_PLACEHOLDERS if self.placeholders is None else self.placeholders

    @property
    def people_in_labels(self) -> tuple[str, ...]:
        """The ids of people that the request itself names."""
        return tuple(each.person for each in self.labels.people) if self.labels else ()

    def with_pseudonyms(self, pseudonyms: Mapping[str, str]) -> Self:
        """The same request with pseudonyms instead of the ids of people."""
        if self.labels is None:
            return self
        people = tuple(
            each.model_copy(update={"person": pseudonyms[each.person]})
            for each in self.labels.people
        )
        labels = self.labels.model_copy(update={"people": people})
        return self.model_copy(update={"labels": labels})

    @field_validator("labels")
    @classmethod
    def _labels_have_recordings(
        cls, labels: LocalLabels | None, info: ValidationInfo
    ) -> LocalLabels | None:
        manifest, fields = info.data.get("manifest"), info.data.get("fields")
        if labels is None or not manifest or not fields:
            return labels
        if manifest.format is not ManifestFormat.RTTM and not (fields.recording and fields.people):
            raise ValueError("within a recording need fields.recording and people")
        return labels

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
                "is the customer's id: leave it out to allow all callers of the customer"
            )
        return audience

    @field_validator("fields")
    @classmethod
    def _fit_the_format(cls, fields: FieldMapping, info: ValidationInfo) -> FieldMapping:
        manifest = info.data.get("manifest")
        form = manifest.format if manifest else None
        if form is None:
            return fields
        if form is ManifestFormat.RTTM and fields.paths:
            raise ValueError("must be constants without people for RTTM: the file names the people")
        if form.is_table:
            # Only column names distinguish a header from a row.
            if not fields.mapped:
                raise ValueError(f"must name at least one column for {form}")
            if any(not isinstance(path, str) and len(path) > 1 for path in fields.mapped.values()):
                raise ValueError(f"must each be one column for {form}")
        elif any(EACH in path for name, path in fields.paths.items() if name != "people"):
            raise ValueError("can step into a list only for people")
        if form is ManifestFormat.PARQUET and fields.item:
            raise ValueError("cannot name items in Parquet")
        return fields

    def require_own_manifest(self) -> None:
        """Check the manifest's key.

        ForbiddenCustomerError for another customer's; InvalidRequestError outside `manifests/`.
        """
        owner, folder, name = (*self.manifest.key.split("/", 2), "", "")[:3]
        if owner != self.customer:
            raise ForbiddenCustomerError
        if folder != "manifests" or not name:
            raise InvalidRequestError("manifest.key", "must be below <customer>/manifests/")
