"""Where the membership files of data sets are stored."""

from collections.abc import Sequence
from typing import Protocol

from consentry.datasets.data_set import MembershipFile


class MembershipFileRepository(Protocol):
    """The files that list the people of each data set."""

    def may_contain(self, files: Sequence[MembershipFile], party: str) -> Sequence[bool]:
        """Whether each file lists the person with this pseudonym, in the order of the files.

        INVARIANT: a file that is missing or damaged may list everyone. Any other failure to read is raised.
        """
        ...
