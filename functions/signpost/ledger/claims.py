"""Claims: one TXT record for each name that a service has in a zone, which says whose it is.

    shop._claims._signpost.<zone>   signpost-claim=1 of=web.prod.signpost-5e9c01d7 mac=…

Route 53 refuses nothing where two make records of other types, or other multivalue answers, of one
name. So a batch that makes or changes records of a name makes its claim, or deletes and creates the
very same one: two can't both have it. `of` is where the owner's ledger stands in the zone, and
`mac` signs that (see `seal`). What a claim says follows from its place and owner: it need not be
read.
"""

from __future__ import annotations

import hashlib

from signpost.errors import HostnameInvalid
from signpost.ledger.ledger import SUBTREE, from_txt, record_set
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import MAX_NAME, WILDCARD, is_in

CLAIMS = f"_claims.{SUBTREE}"
_APEX = "_apex"
_DIGITS = (32, 16)  # of a name's digest, where the name itself has no room: so many, and at least


def claim_name(name: str, zone_name: str) -> str:
    """Where the claim of a hostname stands; an asterisk would make it a wildcard.

    Raises HostnameInvalid where the zone's name leaves no room for it.
    """
    relative = _APEX if name == zone_name else name.removesuffix(f".{zone_name}")
    relative = relative.replace("*", WILDCARD)
    place = f"{relative}.{CLAIMS}.{zone_name}"
    if len(place) <= MAX_NAME:
        return place
    digits = min(_DIGITS[0], MAX_NAME - len(f"_.{CLAIMS}.{zone_name}"))
    if digits < _DIGITS[1]:
        raise HostnameInvalid(
            f"Zone {zone_name} has too long a name: no claim fits below it in {MAX_NAME} octets."
        )
    digest = hashlib.sha256(relative.encode()).hexdigest()[:digits]
    return f"_{digest}.{CLAIMS}.{zone_name}"


def claim(name: str, zone: Zone, ledger_name: str, seal: Seal) -> RecordSet:
    """The claim of a hostname by the service whose ledger that is. Raises HostnameInvalid."""
    place = claim_name(name, zone.name)
    body = f"signpost-claim=1 of={ledger_name.removesuffix(f'.{SUBTREE}.{zone.name}')}"
    return record_set(place, f"{body} mac={seal.signature(zone.id, place, body)}")


def is_claim(name: str, zone_name: str) -> bool:
    """Whether a record set of that name is a claim, or stands among them."""
    return is_in(name, f"{CLAIMS}.{zone_name}")


def owner(found: RecordSet, zone: Zone) -> str:
    """The ledger of the service that a claim is of, as it says; empty where it can't be read."""
    try:
        words = dict(word.split("=", 1) for word in from_txt(*found.values).split(" "))
    except (TypeError, ValueError):
        return ""
    return f"{words['of']}.{SUBTREE}.{zone.name}" if "of" in words else ""
