"""The ledger: one TXT record per service and zone that says which record sets are ours.

Its value is one line of `key=value` words, so that it reads well in `dig` and needs no escapes
inside TXT quotes:

    signpost=2 installation=… region=… cluster=… service=… execution=… previous=… at=…
    alias=A,AAAA/ZONE-ID/TARGET/0/NAME,NAME  value=CNAME/60/VALUE,VALUE/NAME  …  mac=…

`words` knows the words of record sets. Words with another key are notes: a Signpost that does not
know them writes them again as they are, since the signature says that one of ours wrote them. The
keys NOTES are kept for what is to come. What must be understood raises the format's number.

`mac` signs all before it (see `seal`): what is not signed by this installation is never acted on.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import unquote

from signpost.errors import HostnameInvalid, InvalidConfiguration, LedgerCorrupt, shortened
from signpost.ledger.seal import Seal
from signpost.ledger.words import RECORD_WORDS, encode, order, parse_words, render_words
from signpost.model.record_set import MAX_TXT_CHARACTERS, RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import MAX_NAME

TTL_SECONDS = 60
SUBTREE = "_signpost"
# Behind a label: where a ledger stands of which `signpost resign` has signed a part, as it was.
ASIDE = "-left"
FORMAT = "2"
HINDERING = ("TXT", "CNAME")  # types that, where they stand, leave no place for a ledger
# Holds, wishes of those who wait for a name, protections of tasks, refusals that were told, and
# what an adoption replaced.
NOTES = ("hold", "wish", "protect", "told", "replaced")
TOLD = "told"
UNSIGNED = (
    "its signature is not this installation's: somebody else wrote it, or the key that signed it "
    "was lost (then see `signpost resign`)"
)
MOST = 1000  # record sets: of a batch that makes them (Route 53 API Reference, "Quotas")
MAX_LABEL = 63  # octets (RFC 1035, section 2.3.4)
MAX_STRING = 255  # octets of one TXT string (RFC 1035, section 3.3)

_HEAD = ("signpost", "installation", "region", "cluster", "service", "execution", "previous", "at")
_MAC = " mac="
_LDH = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_TXT_STRING = re.compile(r'"([^"\\]*)"')
_NOTE = re.compile(r"[a-z][a-z-]{0,30}=[A-Za-z0-9_.~%:@*/,-]+")
_HASH_DIGITS = 8
_SHOWN = 300  # characters of a record set that is no ledger
_DIGESTED = re.compile(r"(?:.*-)?[0-9a-f]{8}")


@dataclass(frozen=True)
class Ledger:
    """What one installation owns for one service in one zone, and which execution wrote so."""

    installation: str
    region: str
    cluster: str
    service: str
    execution: str
    previous: str | None
    at: str  # ISO 8601
    record_sets: tuple[RecordSet, ...]
    notes: tuple[str, ...] = ()  # words beside those of record sets

    @property
    def told(self) -> str:
        """The digest of what was refused and told when it was written; empty where nothing was."""
        return next((word.partition("=")[2] for word in self.notes if key_of(word) == TOLD), "")


def key_of(word: str) -> str:
    """The key of a word of a ledger."""
    return word.partition("=")[0]


def ledger_name(*, service: str, cluster: str, label: str, zone_name: str) -> str:
    """The ledger's own name: `<service>.<cluster>.<label>._signpost.<zone>`; the label is
    `Settings.label`, or another installation's.

    Raises HostnameInvalid where the zone's name leaves no room for it.
    """
    below = f"{label}.{SUBTREE}.{zone_name}"
    room = MAX_NAME - len(below) - 2
    labels = [_label(name, MAX_LABEL) for name in (service, cluster)]
    longest = max(len(service) + len(cluster), sum(map(len, labels)))
    if longest > room or max(len(service), len(cluster)) > MAX_LABEL:
        limit = min(MAX_LABEL, room // 2)
        if limit < _HASH_DIGITS + 2:
            raise HostnameInvalid(
                f"Zone {zone_name} has too long a name: no ledger of service {service} of cluster "
                f"{cluster} fits below it in {MAX_NAME} octets."
            )
        labels = [_label(name, limit) for name in (service, cluster)]
    return ".".join((*labels, below))


def _label(name: str, limit: int) -> str:
    """A name that looks like one with a digest gets one too: no two names have one label."""
    if len(name) <= limit and _LDH.fullmatch(name) and not _DIGESTED.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_DIGITS]
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower())[: limit - _HASH_DIGITS - 1].strip("-")
    return f"{readable}-{digest}" if readable else digest


# --- writing -------------------------------------------------------------------------------


def render(ledger: Ledger, *, zone: Zone, name: str, seal: Seal) -> str:
    """The signed text of the ledger `name` in a zone.

    Raises InvalidConfiguration when it is longer than a TXT value may be.
    """
    head = (
        FORMAT,
        ledger.installation,
        ledger.region,
        ledger.cluster,
        ledger.service,
        ledger.execution,
        ledger.previous or "",
        ledger.at,
    )
    words = [f"{key}={encode(value)}" for key, value in zip(_HEAD, head, strict=True)]
    words += [*render_words(ledger.record_sets, zone.name), *ledger.notes]
    body = " ".join(words)
    text = f"{body}{_MAC}{seal.signature(zone.id, name, body)}"
    if len(to_txt(text)) > MAX_TXT_CHARACTERS:
        raise InvalidConfiguration(
            f"Service {ledger.service} wants {len(ledger.record_sets)} record sets in zone "
            f"{zone.name}; their ledger has {len(text)} characters, more than the "
            f"{MAX_TXT_CHARACTERS} that a TXT record holds. "
            "Give the service fewer or shorter names."
        )
    return text


def record_set(name: str, text: str) -> RecordSet:
    """The TXT record set that holds a ledger's text."""
    return RecordSet(name=name, type="TXT", ttl=TTL_SECONDS, values=(to_txt(text),))


def to_txt(text: str) -> str:
    """One logical string as quoted TXT strings of at most 255 octets."""
    parts = [text[start : start + MAX_STRING] for start in range(0, len(text), MAX_STRING)]
    return " ".join(f'"{part}"' for part in parts)


# --- reading -------------------------------------------------------------------------------


def read(
    found: RecordSet, *, installation: str, cluster: str, service: str, zone: Zone, seal: Seal
) -> Ledger:
    """The ledger that a TXT record set holds, checked to be this installation's for this service.

    Raises LedgerCorrupt for anything else.
    """
    ledger = read_any(found, zone)
    if not is_signed(found, zone, seal):
        raise _corrupt(found.name, UNSIGNED)
    if ledger.installation != installation:
        raise _corrupt(found.name, f"it belongs to another installation ({ledger.installation})")
    if (ledger.cluster, ledger.service) != (cluster, service):
        raise _corrupt(
            found.name,
            f"it is about service {ledger.service} of cluster {ledger.cluster}, "
            f"not {service} of {cluster}",
        )
    return ledger


def read_any(found: RecordSet, zone: Zone) -> Ledger:
    """What a ledger says, whoever wrote it and for whichever service; nothing to act on.

    Raises LedgerCorrupt where it can't be read.
    """
    if not any("signpost=" in one for one in found.values):
        raise LedgerCorrupt(
            f"{shortened(str(found), _SHOWN)} is no Signpost ledger, and stands where one belongs. "
            "It was left as it is, and nothing was changed. Find out whose it is (CloudTrail has "
            "ChangeResourceRecordSets), then delete it or give it another name."
        )
    if found.set_identifier or found.alias:
        raise _corrupt(found.name, "it is an alias or has a set identifier, as none of ours has")
    if len(found.values) != 1:
        raise _corrupt(found.name, f"it has {len(found.values)} values where one is written")
    try:
        return parse(from_txt(found.values[0]), zone.name)
    except ValueError as wrong:
        raise _corrupt(found.name, str(wrong)) from None


def is_signed(found: RecordSet, zone: Zone, seal: Seal) -> bool:
    """Whether this installation wrote a ledger, and for this very place."""
    try:
        body, _, mac = from_txt(*found.values).rpartition(_MAC)
    except (ValueError, TypeError):
        return False  # none that could be read
    return seal.fits(mac, zone.id, found.name, body)


def from_txt(value: str) -> str:
    """The logical string of a TXT value as Route 53 lists it. Raises ValueError."""
    strings = _TXT_STRING.findall(value)
    if not strings or " ".join(f'"{part}"' for part in strings) != value:
        raise ValueError("its TXT strings are not as Signpost writes them")
    return "".join(strings)


def is_one(text: str) -> bool:
    """Whether a text means to be a ledger."""
    return text.startswith("signpost=")


def parse(text: str, zone_name: str) -> Ledger:
    """The inverse of `render`. Raises ValueError saying what is wrong with the text."""
    if not is_one(text):
        raise ValueError("it is no Signpost ledger")
    if not text.startswith(f"signpost={FORMAT} "):
        version = text.split(" ")[0][len("signpost=") :][:20]
        raise ValueError(
            f"it has format version {version!r}, this Signpost knows {FORMAT}: upgrade Signpost"
        )
    body, found, _ = text.rpartition(_MAC)
    if not found:
        raise ValueError("it has no signature: it was edited or cut off")
    head: list[str] = []
    record_sets: list[RecordSet] = []
    notes: list[str] = []
    for position, word in enumerate(body.split(" ")):
        key, _, value = word.partition("=")
        if position < len(_HEAD):
            if key != _HEAD[position]:
                raise ValueError(f"it has {key[:20]!r} where {_HEAD[position]} stands")
            head.append(unquote(value))
        elif key in RECORD_WORDS:
            record_sets += parse_words(key, value, zone_name, MOST - len(record_sets))
        elif _NOTE.fullmatch(word):
            notes.append(word)
        else:
            raise ValueError(f"it has a word {word[:20]!r} that can't be read")
    if len(head) != len(_HEAD) or not (record_sets or notes):
        raise ValueError("it is incomplete")
    if len({record.key for record in record_sets}) != len(record_sets):
        raise ValueError("it names a record set twice")
    _, installation, region, cluster, service, execution, previous, at = head
    return Ledger(
        installation=installation,
        region=region,
        cluster=cluster,
        service=service,
        execution=execution,
        previous=previous or None,
        at=at,
        record_sets=tuple(sorted(record_sets, key=order)),
        notes=tuple(notes),
    )


def _corrupt(name: str, why: str) -> LedgerCorrupt:
    return LedgerCorrupt(
        f"The ledger {name} can't be trusted: {why}. Nothing was changed; docs/errors.md says "
        "what to do."
    )
