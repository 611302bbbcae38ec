"""The stack's parameters as the functions see them: environment variables, read once a call."""

from __future__ import annotations

import hashlib
import os
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from signpost.errors import InvalidConfiguration

_NUMBER = re.compile(r"[0-9]{1,9}")
_OWNER = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")


@dataclass(frozen=True)
class Settings:
    """One installation's parameters; each field is a parameter of `template.yaml`."""

    owner_id: str
    hostname_template: str
    hostname_source: str  # template or listener-rules: for services without the tag
    record_kind: str  # ALIAS or CNAME
    record_ttl: int  # seconds, for CNAME
    policy: str  # sync, upsert-only or dry-run
    adopt_identical: bool
    cluster_names: tuple[str, ...]  # empty: all
    selection: str  # all or tagged
    verify_mode: str  # auto, dns or insync
    dns_servers: tuple[str, ...]
    in_vpc: bool  # whether VerifyRecord runs in subnets of a VPC
    sweep_brake_percent: int  # of the ledgers: a sweep that would remove more removes none
    account: str
    region: str
    stack_id: str
    ledger_key_arn: str  # of the KMS key that the ledgers' signatures are derived from
    bounds_path: str  # where the Systems Manager parameters stand that `aws.bounds` reads
    event_sources: tuple[str, ...]

    @property
    def installation(self) -> str:
        """Tells this stack's ledgers from those of any other stack, and reveals nothing."""
        return installation_of(self.stack_id)

    @property
    def label(self) -> str:
        """Under which label its ledgers stand in each zone."""
        return label_of(self.owner_id, self.installation)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read and check the environment.

        Raises InvalidConfiguration naming the variable that is missing or can't be used.
        """
        read = _Reader(environ)
        return cls(
            owner_id=read.owner("OWNER_ID"),
            hostname_template=read.template("HOSTNAME_TEMPLATE"),
            hostname_source=read.choice("HOSTNAME_SOURCE", "template", "listener-rules"),
            record_kind=read.choice("RECORD_KIND", "ALIAS", "CNAME"),
            record_ttl=read.number("RECORD_TTL", 1, 604_800, "seconds"),
            policy=read.choice("POLICY", "sync", "upsert-only", "dry-run"),
            adopt_identical=read.choice("ADOPT_IDENTICAL", "true", "false") == "true",
            cluster_names=read.words("CLUSTER_NAMES"),
            selection=read.choice("SELECTION", "all", "tagged"),
            verify_mode=read.choice("VERIFY_MODE", "auto", "dns", "insync"),
            dns_servers=read.words("DNS_SERVERS"),
            in_vpc=read.choice("IN_VPC", "true", "false") == "true",
            sweep_brake_percent=read.number("SWEEP_BRAKE_PERCENT", 0, 100, "percent"),
            account=read.text("ACCOUNT_ID"),
            region=read.text("AWS_REGION"),
            stack_id=read.text("STACK_ID"),
            ledger_key_arn=read.text("LEDGER_KEY_ARN"),
            bounds_path=read.text("BOUNDS_PATH"),
            event_sources=read.words("EVENT_SOURCES", at_least=1),
        )


@dataclass(frozen=True)
class ZoneRole:
    """The role that a function assumes where the zones are in another account: one to read, or in
    ChangeRecord one to write. Only the functions that call Route 53 have these variables.
    """

    arn: str  # empty: the zones are in this account
    external_id: str  # empty: none

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the environment. Raises InvalidConfiguration naming the variable that is missing."""
        read = _Reader(environ)
        return cls(read.raw("ZONE_ROLE_ARN"), read.raw("ZONE_ROLE_EXTERNAL_ID"))


def state_machine_arn(environ: Mapping[str, str] = os.environ) -> str:
    """The state machine that a function starts. Raises InvalidConfiguration without it."""
    return _Reader(environ).text("STATE_MACHINE_ARN")


def installation_of(stack_id: str) -> str:
    """What an installation writes into its ledgers: 16 hex digits, made from the stack's ARN, which
    ends with a random UUID.
    """
    return hashlib.sha256(stack_id.encode()).hexdigest()[:16]


def label_of(owner_id: str, installation: str) -> str:
    """The label in the names of an installation's ledgers, of at most 41 characters."""
    return f"{owner_id}-{installation[:8]}"


class _Reader:
    """Reads one variable at a time and names it in the error."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def raw(self, name: str) -> str:
        if name not in self._environ:
            raise InvalidConfiguration(
                f"Environment variable {name} is missing: deploy the stack's template unchanged."
            )
        return self._environ[name].strip()

    def text(self, name: str) -> str:
        value = self.raw(name)
        if not value:
            raise _wrong(name, value, "it must not be empty")
        return value

    def words(self, name: str, at_least: int = 0) -> tuple[str, ...]:
        words = tuple(word.strip() for word in self.raw(name).split(",") if word.strip())
        if len(words) < at_least:
            raise _wrong(name, self.raw(name), "it must name at least one")
        return tuple(dict.fromkeys(words))

    def choice(self, name: str, *allowed: str) -> str:
        value = self.raw(name)
        if value not in allowed:
            raise _wrong(name, value, f"it must be one of {', '.join(allowed)}")
        return value

    def number(self, name: str, low: int, high: int, unit: str) -> int:
        value = self.raw(name)
        if not _NUMBER.fullmatch(value) or not low <= int(value) <= high:
            raise _wrong(name, value, f"it must be {unit} from {low} to {high}")
        return int(value)

    def owner(self, name: str) -> str:
        value = self.raw(name)
        if not _OWNER.fullmatch(value):
            raise _wrong(
                name, value, "it must be a DNS label of at most 32 lower-case letters, digits and -"
            )
        return value

    def template(self, name: str) -> str:
        value = self.raw(name)
        try:
            fields = {field for _, field, _, _ in string.Formatter().parse(value) if field}
        except ValueError:
            fields = {value}
        if "service" not in fields or not fields <= {"service", "cluster", "zone"}:
            raise _wrong(name, value, "it may use {service} (required), {cluster} and {zone}")
        return value


def _wrong(name: str, value: str, why: str) -> InvalidConfiguration:
    return InvalidConfiguration(f"{name} is {value!r}: {why}. Correct the stack's parameter.")
