"""What permits ask of the world: a key that signs, and a place where each is kept before it is handed out."""

from typing import Protocol

from consentry.domain.decision.fence import Fence
from consentry.domain.permits.permit import Permit
from consentry.domain.permits.permit_jws import IssuedPermit
from consentry.domain.permits.redemption import Redemption, Revocation


class Signer(Protocol):
    """A key that signs permits and never leaves where it is kept."""

    @property
    def kid(self) -> str:
        """The key's id, as a permit's header names it; another key has another."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature of at most 4,096 bytes: r and s, 32 bytes each."""
        ...


class Permits(Protocol):
    """The permits that were issued, their redemptions, and those that were taken back; nothing is written over."""

    def issued(self, permit_id: str) -> IssuedPermit | None:
        """The permit of this id, strongly consistent."""
        ...

    def issue(self, permit: IssuedPermit, fence: Fence) -> IssuedPermit:
        """Keep a permit if what it stands on stands, in one transaction; returns the one kept under its id.

        What it stands on: the fence, no revision after its decision's, no revocation. Raises ConsentMovedError
        if any of that moved. A lost response, or another run's permit of the same id, is read back and returned.
        """
        ...

    def redemption(self, permit_id: str, run_id: str) -> Redemption | None:
        """What the permit was redeemed for under this run id, strongly consistent."""
        ...

    def redeem(self, permit: Permit, redemption: Redemption, fence: Fence) -> None:
        """Keep a redemption if all that the permit stands on stands, in one transaction.

        Raises ConsentMovedError as `issue` does, and AlreadyRedeemedError if the run has another redemption.
        A lost response is read back: returns normally only when it is kept.
        """
        ...

    def confirm(self, permit: Permit, redemption: Redemption | None, fence: Fence) -> None:
        """Check once more, in one transaction, all that a permit stands on that is kept, or whose redemption is.

        Raises ConsentMovedError as `redeem` does.
        """
        ...

    def revoke(self, revocation: Revocation) -> None:
        """Take a permit back, also one that was not issued yet; when this returns, no redemption of it succeeds.

        Whoever was first stays written; again is no error. Raises UnansweredError if others kept writing.
        """
        ...
