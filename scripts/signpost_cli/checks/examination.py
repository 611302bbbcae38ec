"""All checks in their order; what one reads is given to those that need it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from signpost_cli.checks import (
    cloudtrail,
    dead_letters,
    functions,
    machines,
    more_rules,
    names,
    rule,
    services,
    stack,
    survey,
    verification,
    vpcs,
    zones,
)
from signpost_cli.checks.catalogue import (
    FUNCTIONS,
    LETTERS,
    MACHINE,
    MORE_RULES,
    NAMES,
    RULE,
    SERVICES,
    STACK,
    TRAIL,
    VERIFY,
    VPCS,
    ZONES,
)
from signpost_cli.checks.findings import Finding, not_checked
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, attempt

_FIRST = (
    (STACK, "the stack", stack.check),
    (TRAIL, "whether a trail logs ECS's calls", cloudtrail.check),
    (RULE, "the rule", rule.check),
    (MORE_RULES, "the other rules", more_rules.check),
    (LETTERS, "whether events wait in the dead-letter queue", dead_letters.check),
    (MACHINE, "the state machine", machines.check),
    (FUNCTIONS, "the functions", functions.check),
)


def examine(installation: Installation) -> Iterator[tuple[str, list[Finding]]]:
    """Each subject with its findings, as they come. One that can't be read is said and passed."""
    for subject, what, check in _FIRST:
        installation.progress(subject)
        yield subject, attempt(subject, what, partial(check, installation))
    installation.progress(ZONES)
    facts = zones.read(installation)
    yield ZONES, attempt(ZONES, "the zones", partial(zones.check, installation, facts))
    installation.progress(VERIFY)
    what = "whether VerifyRecord reaches a resolver"
    yield VERIFY, attempt(VERIFY, what, partial(verification.check, installation, facts))
    installation.progress(SERVICES)
    try:
        taken = survey.take(installation, facts.zones, zones_known=facts.complete)
    except Unreadable as error:
        taken = survey.Survey()
        for subject in (SERVICES, VPCS, NAMES):
            yield subject, [not_checked(subject, f"the {subject}", str(error))]
        return
    region = installation.region
    yield SERVICES, services.judge(taken, facts.zones, region)
    yield VPCS, attempt(VPCS, "the VPCs", partial(vpcs.check, installation, taken, facts.zones))
    yield NAMES, attempt(NAMES, "the names", partial(names.check, installation, facts, taken))
