"""Data permits in the permit table. No item is ever changed or deleted.

<customer>#permits          <token>        a permit as it was issued
<customer>#permit#<token>   revoked        its revocation
<customer>#permit#<token>   run#<run id>   its redemption for one run

A revision of the decision also invalidates its permit, so every transaction here checks that
there is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from consentry.audit.dynamodb import revision_key
from consentry.aws.table import Attributes, Key, Table, Write
from consentry.aws.transactions import CancelledError
from consentry.consent.items import check_preconditions
from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import AlreadyRedeemedError, ConsentChangedError, UnavailableError
from consentry.kernel.ids import CustomerToken
from consentry.permits.data_permit import DataPermit
from consentry.permits.redemption import Redemption, Revocation, RevocationReason
from consentry.permits.signature import IssuedPermit

REVOKED, RUN = "revoked", "run#"


@dataclass(frozen=True)
class PermitRepository:
    """Permits, their redemptions and revocations.

    Each write checks in one transaction what a permit depends on: its commit preconditions (in the
    consent table), that its decision has no later revision (in the decision table), and that it is
    not revoked. All reads are strongly consistent.
    """

    table: Table
    consent_table: Table
    decision_table: Table

    def get(self, permit_id: str) -> IssuedPermit | None:
        """The permit with this id."""
        item = self.table.get(_permit_key(permit_id))
        return _permit(item) if item else None

    def list_by_customer(self, customer: str, after: str | None = None) -> Iterator[IssuedPermit]:
        """A customer's permits in the order of their ids; with `after`, only those after this token."""
        return (_permit(item) for _, item in self.table.query(_partition(customer), after=after))

    def issue(self, permit: IssuedPermit, preconditions: CommitPreconditions) -> IssuedPermit:
        """Store a permit if everything that it depends on is unchanged; return the stored one.

        ConsentChangedError if anything changed. After a lost response, or if another run stored a
        permit under the same id, that one is read and returned.
        """
        put = self.table.putting_if_absent(
            _permit_key(permit.permit.jti),
            {"claims": permit.permit.model_dump_json(), "compact": permit.compact},
        )
        try:
            self._transact(put, permit.permit, preconditions)
        except CancelledError as cancelled:
            stored = self.get(permit.permit.jti)
            if stored is None:
                raise _changed(cancelled) from cancelled
            return stored
        return permit

    def get_redemption(self, permit_id: str, run_id: str) -> Redemption | None:
        """The redemption for this run."""
        item = self.table.get(_run_key(permit_id, run_id))
        return _redemption(item) if item else None

    def list_redemptions(self, permit_id: str, after: str | None = None) -> Iterator[Redemption]:
        """The redemptions of a permit in the order of their run ids; with `after`, only those after this run id."""
        # A revocation sorts before every redemption.
        runs = self.table.query(_own_partition(permit_id), after=f"{RUN}{after or ''}")
        return (_redemption(item) for _, item in runs)

    def redeem(
        self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
    ) -> None:
        """Store a redemption if everything that the permit depends on is unchanged.

        ConsentChangedError as `issue` does, AlreadyRedeemedError if the run has another redemption.
        After a lost response the redemption is read: the call returns normally only when it is
        stored.
        """
        key, item = _run_key(permit.jti, redemption.run_id), redemption.model_dump_json()
        put = self.table.putting_if_absent(key, {"redemption": item})
        try:
            self._transact(put, permit, preconditions)
        except CancelledError as cancelled:
            # After a lost response, a first attempt may have stored this redemption.
            if self.get_redemption(permit.jti, redemption.run_id) == redemption:
                return
            if cancelled.by_condition == {0}:
                raise AlreadyRedeemedError from cancelled
            raise _changed(cancelled) from cancelled

    def recheck(
        self, permit: DataPermit, redemption: Redemption | None, preconditions: CommitPreconditions
    ) -> None:
        """Check what a stored permit or redemption depends on; ConsentChangedError if anything changed."""
        key = _run_key(permit.jti, redemption.run_id) if redemption else _permit_key(permit.jti)
        try:
            self._transact(self.table.checking_present(key), permit, preconditions)
        except CancelledError as cancelled:
            raise _changed(cancelled) from cancelled

    def get_revocations(self, permit_ids: Sequence[str]) -> dict[str, Revocation]:
        """The revocations of these permits, by id; UnavailableError if some could not be read."""
        keys = {(_own_partition(permit_id), REVOKED): permit_id for permit_id in permit_ids}
        found = self.table.get_many(list(keys))
        if found.unread:
            raise UnavailableError("the revocations of permits could not be read")
        return {
            keys[key]: Revocation(
                keys[key], RevocationReason(item["reason"]), datetime.fromisoformat(item["at"])
            )
            for key, item in found.items.items()
        }

    def revoke(self, revocation: Revocation) -> None:
        """Revoke a permit, also one that is not issued yet. No later redemption of it succeeds.

        The first revocation is never overwritten. UnavailableError if other transactions
        interfered on every attempt.
        """
        at = revocation.at.isoformat(timespec="microseconds")
        self.table.put_if_absent(
            (_own_partition(revocation.permit_id), REVOKED), {"reason": revocation.reason, "at": at}
        )

    def _transact(
        self, first: Write, permit: DataPermit, preconditions: CommitPreconditions
    ) -> None:
        later = revision_key(permit.decision_id, permit.revision + 1)
        self.table.transact(
            [
                first,
                self.table.checking_absent((_own_partition(permit.jti), REVOKED)),
                self.decision_table.checking_absent(later),
                *check_preconditions(self.consent_table, permit.sub, preconditions),
            ]
        )


def _changed(cancelled: CancelledError) -> Exception:
    """Why a transaction was cancelled: a condition failed, or other transactions interfered."""
    if cancelled.by_condition:
        return ConsentChangedError()
    return UnavailableError("other transactions interfered on every attempt")


def _permit(item: Attributes) -> IssuedPermit:
    return IssuedPermit(DataPermit.model_validate_json(item["claims"]), item["compact"])


def _redemption(item: Attributes) -> Redemption:
    return Redemption.model_validate_json(item["redemption"])


def _partition(customer: str) -> str:
    return f"{customer}#permits"


def _permit_key(permit_id: str) -> Key:
    customer, token = CustomerToken.parse(permit_id)
    return _partition(customer), token


def _run_key(permit_id: str, run_id: str) -> Key:
    return _own_partition(permit_id), f"{RUN}{run_id}"


def _own_partition(permit_id: str) -> str:
    customer, token = CustomerToken.parse(permit_id)
    return f"{customer}#permit#{token}"
