"""Opens the bucket of screening requests, manifests and outputs."""

from functools import cached_property

from consentry.aws import clients
from consentry.datasets.open import DataSetDependencies
from consentry.screening.repository import ObjectRepository
from consentry.screening.s3 import S3ObjectRepository


class ScreeningDependencies(DataSetDependencies):
    """The dependencies of a screening."""

    @cached_property
    def files(self) -> ObjectRepository:
        """Manifests and outputs."""
        return self.bucket

    @cached_property
    def bucket(self) -> S3ObjectRepository:
        """The bucket, which also has the requests."""
        return S3ObjectRepository(self.settings.screening_bucket, clients.s3)
