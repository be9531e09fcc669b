"""Opens the data sets and their membership files."""

from functools import cached_property

from consentry.aws import clients
from consentry.datasets.dynamodb import DataSetRepository
from consentry.datasets.membership_file import MembershipFileRepository
from consentry.datasets.s3 import S3MembershipFileRepository
from consentry.permits.open import PermitDependencies


class DataSetDependencies(PermitDependencies):
    """The dependencies of use cases that record or read data sets."""

    @cached_property
    def data_sets(self) -> DataSetRepository:
        """Data sets, their models and taints."""
        return DataSetRepository(self.table(self.settings.data_set_table))

    @cached_property
    def membership_files(self) -> MembershipFileRepository:
        """The files that list the people of each data set."""
        return S3MembershipFileRepository(self.settings.screening_bucket, clients.s3)
