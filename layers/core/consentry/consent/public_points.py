"""Checks the points of public keys. Libraries do not: they check a length, or reduce a coordinate modulo the prime."""

from typing import NamedTuple

from consentry.kernel.jose import from_base64url

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point (RFC 8032, section 5.1). Every key that was generated is a multiple of that point."""
P_256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
P_256_BASE_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
"""The prime of P-256, and x of its base point (NIST SP 800-186, section 3.2.1.3)."""
_D = -121665 * pow(121666, -1, P) % P
_SQRT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


class _Point(NamedTuple):
    """Extended homogeneous coordinates (RFC 8032, section 5.1.4)."""

    x: int
    y: int
    z: int
    t: int

    def __add__(self, other: object) -> "_Point":
        if not isinstance(other, _Point):
            return NotImplemented
        a = (self.y - self.x) * (other.y - other.x) % P
        b = (self.y + self.x) * (other.y + other.x) % P
        c = 2 * self.t * other.t * _D % P
        d = 2 * self.z * other.z % P
        e, f, g, h = b - a, d - c, d + c, b + a
        return _Point(e * f % P, g * h % P, f * g % P, e * h % P)

    def times(self, number: int) -> "_Point":
        """The point added to itself; the time reveals the number, which is public here."""
        product, doubled = _Point(0, 1, 1, 0), self
        while number:
            if number & 1:
                product += doubled
            doubled += doubled
            number >>= 1
        return product

    @property
    def is_neutral(self) -> bool:
        """Whether it is the neutral element."""
        return self.x == 0 and self.y == self.z


def require_strong_p256(x: str, y: str) -> None:
    """ValueError unless both coordinates of a JWK are below the prime, and its private key is not 1 or -1.

    Libraries take a larger coordinate modulo the prime. A revoked key could then be registered under another
    thumbprint.
    """
    numbers = [int.from_bytes(from_base64url(coordinate)) for coordinate in (x, y)]
    if max(numbers) >= P_256:
        raise ValueError("is not the canonical encoding of a point")
    if numbers[0] == P_256_BASE_X:
        raise ValueError("is a weak key: its private key is known")


def require_strong_ed25519(x: str) -> None:
    """ValueError unless this `x` of a JWK is the canonical encoding of a point of prime order.

    With a point of small order, one signature verifies for many messages, and no private key is needed for it. An
    encoding that RFC 8032, section 5.1.3, does not decode would give one key several thumbprints.
    """
    point = _decode(from_base64url(x))
    if point.is_neutral or not point.times(ORDER).is_neutral:
        raise ValueError("is a weak key: its point does not have the order of the base point")


def _decode(encoded: bytes) -> _Point:
    """The point of an encoding (RFC 8032, section 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        raise ValueError("is not the canonical encoding of a point")
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _SQRT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("is not a point on its curve")
    x = P - x if x & 1 != sign else x
    return _Point(x, y, 1, x * y % P)
