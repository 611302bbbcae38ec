"""All checks in their order; what one reads is given to those that need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from signpost.ledger import ownership
from signpost_cli.checks import (
    alerts,
    bounds,
    cloudtrail,
    comparison,
    dead_letters,
    delegations,
    executions,
    functions,
    machines,
    more_rules,
    names,
    protections,
    recent,
    rule,
    scope,
    services,
    stack,
    survey,
    sweeps,
    verification,
    vpcs,
    wanting,
    zone_features,
    zone_ledgers,
    zone_records,
    zones,
)
from signpost_cli.checks.catalogue import (
    ALERTS,
    BOUNDS,
    EXECUTIONS,
    FUNCTIONS,
    LETTERS,
    MACHINE,
    MORE_RULES,
    NAMES,
    RECORDS,
    RULE,
    SERVICES,
    STACK,
    SWEEPS,
    TRAIL,
    VERIFY,
    VPCS,
    ZONES,
)
from signpost_cli.checks.findings import Finding, for_stack, not_checked, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, attempt
from signpost_cli.checks.standing import Names, Standing, Standings
from signpost_cli.checks.survey import Survey
from signpost_cli.checks.zone_ledgers import Ledgers
from signpost_cli.checks.zone_records import Contents
from signpost_cli.checks.zones import ZoneFacts

_FIRST = (
    (STACK, "the stack", stack.check),
    (TRAIL, "whether a trail logs ECS's calls", cloudtrail.check),
    (RULE, "the rule", rule.check),
    (MORE_RULES, "the other rules", more_rules.check),
    (ALERTS, "whether alerts can be delivered", alerts.check),
    (LETTERS, "whether events wait in the dead-letter queue", dead_letters.check),
    (MACHINE, "the state machine", machines.check),
    (FUNCTIONS, "the functions", functions.check),
)


@dataclass
class Told:
    """What is told beside the findings, filled in as they come."""

    services: list[Standing] = field(default_factory=list)
    not_looked_at: list[str] = field(default_factory=list)


def examine(installation: Installation, told: Told) -> Iterator[tuple[str, list[Finding]]]:
    """Each subject with its findings, as they come. One that can't be read is said and passed."""
    for subject, findings in _examine(installation, told):
        yield subject, [for_stack(finding, installation.name) for finding in findings]


def _examine(installation: Installation, told: Told) -> Iterator[tuple[str, list[Finding]]]:
    for subject, what, check in _FIRST:
        installation.progress(subject)
        yield subject, attempt(subject, what, partial(check, installation))
    installation.progress(ZONES)
    facts = zones.read(installation)
    contents = zone_records.read(installation, facts)
    findings = attempt(ZONES, "the zones", partial(zones.check, installation, facts))
    yield ZONES, findings + zone_features.check(installation, facts, contents)
    installation.progress(BOUNDS)
    what = "what may be written"
    yield BOUNDS, attempt(BOUNDS, what, partial(bounds.check, installation, facts.zones))
    installation.progress(VERIFY)
    what = "whether VerifyRecord reaches a resolver"
    yield VERIFY, attempt(VERIFY, what, partial(verification.check, installation, facts))
    yield from _services(installation, facts, contents, told)
    installation.progress(SWEEPS)
    yield SWEEPS, attempt(SWEEPS, "the sweeps", partial(sweeps.check, installation))


def _services(
    installation: Installation, facts: ZoneFacts, contents: Contents, told: Told
) -> Iterator[tuple[str, list[Finding]]]:
    """Services, executions, ledgers are read in this order: an execution that ends meanwhile has
    its names in the ledgers that are read after.
    """
    installation.progress(SERVICES)
    unread: Unreadable | None = None
    try:
        taken = survey.take(installation, facts.zones, zones_known=facts.complete)
        settings, hostnames = installation.settings, installation.bounds.hostnames
    except Unreadable as error:
        unread = error
    installation.progress(EXECUTIONS)
    found = recent.read(installation)
    if unread:
        for subject in (SERVICES, VPCS, NAMES, RECORDS):
            yield subject, [not_checked(subject, f"the {subject}", str(unread))]
        yield EXECUTIONS, executions.judge(found, Standings())
        told.not_looked_at += scope.not_looked_at(installation, Ledgers(), found)
        return
    ledgers = zone_ledgers.read(installation, facts)
    owned = ownership.sort_ledgers(ledgers.all, settings)
    taken = survey.limited(taken, owned, hostnames)
    wishes = [comparison.wish(seen) for seen in taken.services if seen.service]
    ledgers = zone_ledgers.with_delegations(installation, facts, ledgers, wishes, owned)
    standings = comparison.take(installation, taken, ledgers, found)
    told.services += standings.all
    told.not_looked_at += scope.not_looked_at(installation, ledgers, found)
    elsewhere = names.reported(taken.services, ledgers.all, names.Ourselves.of(settings))
    wrong = wanting.judge(standings.all, found, settings, elsewhere)
    also = {one.key for one in standings.all if one.names in (Names.WAITS, Names.NONE)}
    findings = services.judge(taken, facts.zones, installation.region, also) + wrong
    findings += [not_checked(SERVICES, what, reason) for what, reason in standings.unread]
    yield SERVICES, [services.summary(taken, standings, is_sound=not findings), *findings]
    yield VPCS, attempt(VPCS, "the VPCs", partial(vpcs.check, installation, taken, facts.zones))
    yield NAMES, names.check(settings, ledgers, taken)
    yield RECORDS, _records(installation, facts, contents, ledgers, taken)
    yield EXECUTIONS, executions.judge(found, standings)


def _records(
    installation: Installation,
    facts: ZoneFacts,
    contents: Contents,
    ledgers: Ledgers,
    taken: Survey,
) -> list[Finding]:
    """Those that can't be changed, and those that are never answered."""
    ours = names.Ourselves.of(installation.settings)
    concerned = names.concerned(taken.services, ledgers.all, ours)
    findings = protections.check(installation, facts, concerned, ours.label)
    known = zone_records.with_delegations(contents, ledgers.surveys)
    findings += delegations.judge(known, concerned)
    what = "Of the known names and ledgers, none is protected, and none lies below a delegation."
    return findings or [sound(RECORDS, what)]
