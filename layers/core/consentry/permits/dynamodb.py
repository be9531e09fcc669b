"""Data permits in the permit table; each is stored before it is handed out.

<customer>#<token>   permit         the permit as issued
<customer>#<token>   revoked        its revocation
<customer>#<token>   run#<run id>   its redemption for a run

A revision of the decision also revokes its permit: every transaction here checks that there is none.
"""

from dataclasses import dataclass

from consentry.audit.dynamodb import revision_key
from consentry.aws.table import Key, Table, Write
from consentry.aws.transactions import CancelledError
from consentry.consent.items import check_preconditions
from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import AlreadyRedeemedError, ConsentChangedError, UnavailableError
from consentry.kernel.ids import CustomerToken
from consentry.permits.data_permit import DataPermit
from consentry.permits.redemption import (
    Redemption,
    Revocation,
    decode_redemption,
    encode_redemption,
)
from consentry.permits.signature import IssuedPermit

PERMIT, REVOKED, RUN = "permit", "revoked", "run#"


@dataclass(frozen=True)
class PermitRepository:
    """Permits, their redemptions and revocations. Nothing is overwritten.

    What a permit depends on is checked with each write: its commit preconditions (in the consent table), that its
    decision has no later revision (in the decision table), and that it is not revoked.
    """

    table: Table
    consent_table: Table
    decision_table: Table

    def issued(self, permit_id: str) -> IssuedPermit | None:
        """The permit with this id, strongly consistent."""
        item = self.table.get(_key(permit_id, PERMIT))
        if item is None:
            return None
        permit = DataPermit.model_validate_json(item["claims"])
        # `acme#token` leads to the same key, and is no permit's id.
        return IssuedPermit(permit, item["compact"]) if permit.jti == permit_id else None

    def issue(self, permit: IssuedPermit, preconditions: CommitPreconditions) -> IssuedPermit:
        """Store a permit if everything that it depends on is unchanged; returns the one stored under its id.

        ConsentChangedError if anything changed. After a lost response, or if another run stored a permit under the
        same id, that one is read and returned.
        """
        put = self.table.putting_if_absent(
            _key(permit.permit.jti, PERMIT),
            {"claims": permit.permit.model_dump_json(), "compact": permit.compact},
        )
        try:
            self._transact(put, permit.permit, preconditions)
        except CancelledError as cancelled:
            stored = self.issued(permit.permit.jti)
            if stored is None:
                raise _changed(cancelled) from cancelled
            return stored
        return permit

    def redemption(self, permit_id: str, run_id: str) -> Redemption | None:
        """The redemption for this run, strongly consistent."""
        item = self.table.get(_key(permit_id, f"{RUN}{run_id}"))
        return decode_redemption(item["redemption"]) if item else None

    def redeem(
        self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
    ) -> None:
        """Store a redemption if everything that the permit depends on is unchanged.

        ConsentChangedError as `issue` does, AlreadyRedeemedError if the run has another redemption. After a lost
        response the redemption is read: the call returns normally only when it is stored.
        """
        key = _key(permit.jti, f"{RUN}{redemption.run_id}")
        put = self.table.putting_if_absent(key, {"redemption": encode_redemption(redemption)})
        try:
            self._transact(put, permit, preconditions)
        except CancelledError as cancelled:
            # A first attempt with a lost response may have been applied: then this redemption is stored.
            if self.redemption(permit.jti, redemption.run_id) == redemption:
                return
            if cancelled.by_condition == {0}:
                raise AlreadyRedeemedError from cancelled
            raise _changed(cancelled) from cancelled

    def confirm(
        self, permit: DataPermit, redemption: Redemption | None, preconditions: CommitPreconditions
    ) -> None:
        """Check again everything that a stored permit, or its stored redemption, depends on.

        ConsentChangedError as `redeem` does.
        """
        stored = _key(permit.jti, f"{RUN}{redemption.run_id}" if redemption else PERMIT)
        try:
            self._transact(self.table.checking_present(stored), permit, preconditions)
        except CancelledError as cancelled:
            raise _changed(cancelled) from cancelled

    def revoke(self, revocation: Revocation) -> None:
        """Revoke a permit, also one that is not issued yet; once this returns, no redemption of it succeeds.

        The first revocation stays; another one changes nothing. UnavailableError if others kept writing.
        """
        at = revocation.at.isoformat(timespec="microseconds")
        put = self.table.putting_if_absent(
            _key(revocation.permit_id, REVOKED), {"reason": revocation.reason, "at": at}
        )
        try:
            # In a transaction: DynamoDB rejects a plain write that meets a transaction, without a retry.
            self.table.transact([put])
        except CancelledError as cancelled:
            if not cancelled.by_condition:
                raise _changed(cancelled) from cancelled

    def _transact(
        self, first: Write, permit: DataPermit, preconditions: CommitPreconditions
    ) -> None:
        later = revision_key(permit.decision_id, permit.revision + 1)
        self.table.transact(
            [
                first,
                self.table.checking_absent(_key(permit.jti, REVOKED)),
                self.decision_table.checking_absent(later),
                *check_preconditions(self.consent_table, permit.sub, preconditions),
            ]
        )


def _changed(cancelled: CancelledError) -> Exception:
    """Why a write was cancelled: something changed, or only other writers were in the way for too long."""
    if cancelled.by_condition:
        return ConsentChangedError()
    return UnavailableError("others kept writing what the permit depends on")


def _key(permit_id: str, sk: str) -> Key:
    return "#".join(CustomerToken.parse(permit_id)), sk
