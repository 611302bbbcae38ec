"""What tells the ledgers that this installation wrote from those that anybody could have. Pure."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

_OCTETS = 16  # of HMAC-SHA-256; RFC 2104, section 5, takes no fewer than half of them


@dataclass(frozen=True)
class Seal:
    """Signs the ledgers that stand under one label (`<owner>-<installation>`), and checks them.

    The signature covers where the ledger stands, the zone's id and the record's name, beside what
    it says: a text that was signed for one place is worth nothing at another.
    """

    key: bytes = field(repr=False)
    label: str

    def signature(self, zone_id: str, name: str, text: str) -> str:
        """The signature of a ledger's text: 22 letters, digits, `-` and `_`."""
        message = "\n".join((zone_id, name, text)).encode()
        mac = hmac.digest(self.key, message, "sha256")[:_OCTETS]
        return urlsafe_b64encode(mac).decode().rstrip("=")

    def fits(self, signature: str, zone_id: str, name: str, text: str) -> bool:
        """Whether that is the signature of a text at its place."""
        expected = self.signature(zone_id, name, text)
        return hmac.compare_digest(signature.encode(), expected.encode())
