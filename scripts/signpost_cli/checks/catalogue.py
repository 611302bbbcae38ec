"""Every kind of finding: its check, whether it stops the work, and why it matters."""

from __future__ import annotations

from dataclasses import dataclass

STOPS, WARNS = "stops", "warns"

STACK, TRAIL, RULE, LETTERS = "stack", "CloudTrail", "rule", "dead letters"
MORE_RULES, ALERTS = "other rules", "alerts"
MACHINE, FUNCTIONS, ZONES = "state machine", "functions", "zones"
BOUNDS = "bounds"
VPCS, VERIFY, SERVICES, NAMES = "VPCs", "verification", "services", "names"
RECORDS, EXECUTIONS, SWEEPS = "records", "executions", "sweeps"


@dataclass(frozen=True)
class Kind:
    """What all findings of a code have in common."""

    check: str
    severity: str  # STOPS or WARNS
    why: str


_OTHER_VERSION = (
    "What runs is not what this version of the repository describes: somebody edited it, or the "
    "stack was deployed from another version."
)
_NO_EVENTS = (
    "Services that are created or deleted do not start the workflow: new names come late or "
    "never, and old ones stay."
)
_NOT_STARTED = "Events do not start the workflow, so names are neither made nor removed."
_UNTOLD = "Nobody is told of executions that fail or leave something undone."
_TRACING = "X-Ray is told of executions although it should not be, or not although it should."
_BLIND_VERIFY = (
    "VerifyRecord can't get an answer for the private zone, so each execution ends in "
    "ResolverUnreachable or NotPropagated although its change was made."
)
_IN_SYNC = (
    "Changes count as done when Route 53 reports INSYNC. That the VPC's resolver serves them is "
    "not proved."
)
_UNPROVABLE = "Changes of private zones are made, but their executions end in InvalidConfiguration."
_NO_NAME = "The service lacks the name that this is about, or all of them, or keeps its old ones."

KINDS: dict[str, Kind] = {
    "stack-broken": Kind(
        STACK, STOPS, "Its resources may be half there, and CloudFormation refuses to update it."
    ),
    "stack-rolled-back": Kind(
        STACK, WARNS, "What runs is what ran before: what the update was to change did not come."
    ),
    "stack-busy": Kind(STACK, WARNS, "While the stack changes, other findings may come and go."),
    "stack-version": Kind(
        STACK,
        WARNS,
        "Command and stack may understand parameters, ledgers and receipts differently, and other "
        "findings may come from that alone.",
    ),
    "stack-parameters": Kind(STACK, WARNS, _OTHER_VERSION),
    "stack-settings": Kind(
        STACK, STOPS, "Every function reads these parameters first and ends with an error."
    ),
    "trail-none": Kind(TRAIL, STOPS, _NO_EVENTS),
    "trail-stopped": Kind(TRAIL, STOPS, _NO_EVENTS),
    "trail-selectors": Kind(TRAIL, STOPS, _NO_EVENTS),
    "rule-missing": Kind(RULE, STOPS, _NOT_STARTED),
    "rule-disabled": Kind(RULE, STOPS, _NOT_STARTED),
    "rule-blind": Kind(RULE, STOPS, "Events of this sort do not start the workflow."),
    "rule-pattern": Kind(RULE, WARNS, _OTHER_VERSION),
    "rule-target": Kind(RULE, STOPS, _NOT_STARTED),
    "rule-role": Kind(RULE, STOPS, "EventBridge may not start the state machine with this role."),
    "rule-no-dead-letters": Kind(
        RULE, WARNS, "An event that can't be delivered is lost, and nobody hears of it."
    ),
    "event-rule": Kind(
        MORE_RULES,
        STOPS,
        "Changes that only these events tell of (of tasks, or of listener rules) start nothing.",
    ),
    "alert-rule": Kind(MORE_RULES, WARNS, _UNTOLD),
    "alert-topic": Kind(ALERTS, WARNS, _UNTOLD),
    "alert-policy": Kind(
        ALERTS, WARNS, "Messages are refused, or their delivery is not what AWS documents."
    ),
    "alert-subscription": Kind(ALERTS, WARNS, _UNTOLD),
    "letters-waiting": Kind(
        LETTERS,
        WARNS,
        "Each is an event that started nothing: the names of its service may be out of date.",
    ),
    "letters-no-queue": Kind(
        LETTERS, WARNS, "An event that can't be delivered is lost, and nobody hears of it."
    ),
    "letters-policy": Kind(
        LETTERS, WARNS, "EventBridge may not put events into the queue, so they are lost."
    ),
    "machine-missing": Kind(MACHINE, STOPS, "There is nothing that events could start."),
    "machine-definition": Kind(MACHINE, WARNS, _OTHER_VERSION),
    "machine-function": Kind(
        MACHINE, STOPS, "A state calls a function that is not the one of this stack."
    ),
    "machine-partition": Kind(
        MACHINE, STOPS, "Step Functions refuses that: each execution fails with States.Runtime."
    ),
    "machine-role": Kind(
        MACHINE, STOPS, "The state machine may not call its functions: each execution fails."
    ),
    "machine-tracing": Kind(MACHINE, WARNS, _TRACING),
    "function-missing": Kind(FUNCTIONS, STOPS, "Each execution that comes to this step fails."),
    "function-state": Kind(FUNCTIONS, STOPS, "Lambda does not run it, so executions fail there."),
    "function-throttled": Kind(
        FUNCTIONS, STOPS, "No call of it is let through: executions retry and then fail."
    ),
    "function-queue": Kind(
        FUNCTIONS, STOPS, "The events in its queue wait there and start nothing."
    ),
    "function-settings": Kind(
        FUNCTIONS, WARNS, "It works with other settings than the stack's parameters say."
    ),
    "function-runtime": Kind(FUNCTIONS, WARNS, _OTHER_VERSION),
    "function-tracing": Kind(FUNCTIONS, WARNS, _TRACING),
    "concurrency-low": Kind(
        FUNCTIONS,
        WARNS,
        "All functions of the region share it. A burst of events makes steps wait and retry.",
    ),
    "key-unusable": Kind(
        BOUNDS,
        STOPS,
        "No ledger can be told from a forged one, so every execution that reads one ends in "
        "InvalidConfiguration.",
    ),
    "bounds-edited": Kind(
        BOUNDS, WARNS, "The functions may write other zones and names than the stack says."
    ),
    "zone-open": Kind(
        BOUNDS,
        WARNS,
        "Names of a public zone are trusted by all the world: a service of a test cluster can take "
        "one.",
    ),
    "zone-missing": Kind(
        ZONES, STOPS, "Each execution asks for every listed zone first and ends in ZoneNotFound."
    ),
    "zones-near-limit": Kind(
        BOUNDS,
        WARNS,
        "The next zones or patterns will not fit, and the deployment will be refused.",
    ),
    "zone-access": Kind(
        ZONES, STOPS, "Executions that come to this zone end in AccessDenied and change nothing."
    ),
    "zone-role": Kind(
        ZONES, STOPS, "A step may not act in the zones' account, so executions end in AccessDenied."
    ),
    "zone-managed": Kind(
        ZONES,
        STOPS,
        "Route 53 lets nobody else change it: executions that come to this zone end in "
        "ZoneManagedByCloudMap.",
    ),
    "zone-negative-ttl": Kind(
        ZONES,
        WARNS,
        "A resolver that was asked before the name was there keeps saying so: a new service is not "
        "found for that long, though all is done and proved.",
    ),
    "zone-idle": Kind(
        ZONES, WARNS, "No service that is looked after can have a name in this private zone."
    ),
    "vpc-dns": Kind(
        VPCS, STOPS, "In this VPC no name of a private zone is answered, whatever the zone says."
    ),
    "vpc-without-zone": Kind(
        VPCS, STOPS, "Executions of these services end in ZoneNotFound, and they get no name."
    ),
    "verify-insync-only": Kind(VERIFY, WARNS, _IN_SYNC),
    "verify-no-resolver": Kind(VERIFY, STOPS, _UNPROVABLE),
    "verify-servers": Kind(VERIFY, STOPS, _UNPROVABLE),
    "verify-servers-unreachable": Kind(VERIFY, STOPS, _BLIND_VERIFY),
    "verify-servers-useless": Kind(VERIFY, WARNS, _IN_SYNC),
    "verify-subnets": Kind(VERIFY, STOPS, "VerifyRecord has no network and can't run."),
    "verify-zone-unseen": Kind(VERIFY, STOPS, _BLIND_VERIFY),
    "verify-no-route": Kind(
        VERIFY,
        STOPS,
        "VerifyRecord can't ask Route 53 whether a change is INSYNC, and times out.",
    ),
    "verify-egress": Kind(
        VERIFY, STOPS, "What VerifyRecord has to ask is out of its reach, so executions fail there."
    ),
    "cluster-missing": Kind(
        SERVICES, WARNS, "No service of it is looked after; often a misspelt name."
    ),
    "service-hostname": Kind(SERVICES, STOPS, _NO_NAME),
    "service-tags": Kind(SERVICES, STOPS, _NO_NAME),
    "service-placement": Kind(SERVICES, STOPS, _NO_NAME),
    "service-not-ready": Kind(
        SERVICES, WARNS, "Its executions wait up to half an hour for this, and then fail."
    ),
    "service-odd": Kind(SERVICES, WARNS, "The name is published, and may not lead to the service."),
    "service-unnamed": Kind(
        SERVICES, STOPS, "Who looks for the service under a name that it lacks does not find it."
    ),
    "service-names-elsewhere": Kind(
        SERVICES, STOPS, "Who looks for the service is led to where it is no more, or not alone."
    ),
    "service-waits": Kind(
        SERVICES, WARNS, "Until that is over, its names are not as they should be."
    ),
    "ledger-without-records": Kind(
        SERVICES, STOPS, "The name leads nowhere, or where somebody else wants it."
    ),
    "names-not-wanted": Kind(SERVICES, STOPS, "Its old names still lead to it, or to nothing."),
    "names-without-service": Kind(
        SERVICES, STOPS, "Its names lead to what serves it no more, perhaps to another service."
    ),
    "policy-dry-run": Kind(
        SERVICES, WARNS, "Executions and sweeps say what they would change, and change nothing."
    ),
    "name-wanted-twice": Kind(
        NAMES,
        STOPS,
        "The first to come has it; executions of the others end in HostnameTaken.",
    ),
    "name-owned": Kind(
        NAMES,
        STOPS,
        "A name is never taken from another: its executions end in HostnameTaken.",
    ),
    "ledger-corrupt": Kind(
        NAMES, STOPS, "Executions of the service that it belongs to end in LedgerCorrupt."
    ),
    "owner-shared": Kind(
        NAMES,
        WARNS,
        "Its ledgers are never acted on: that is right for another stack, and leaves names without "
        "an owner where this stack was made anew.",
    ),
    "record-protected": Kind(
        RECORDS,
        WARNS,
        "Route 53 refuses each change of them: the next execution that has to change one ends in "
        "RecordProtected.",
    ),
    "name-delegated": Kind(
        RECORDS,
        STOPS,
        "Resolvers are sent to those name servers, so the record in this zone is never answered.",
    ),
    "ledger-delegated": Kind(
        RECORDS,
        STOPS,
        "Resolvers are sent to those name servers: no change can be proved by the ledger, and "
        "services without one in the zone get no names there (NameDelegated).",
    ),
    "execution-failed": Kind(
        EXECUTIONS, WARNS, "What it was started for is not done, or not proved."
    ),
    "sweep-failed": Kind(
        SWEEPS, WARNS, "Names whose event was lost stay as they are until a sweep succeeds."
    ),
    "sweep-late": Kind(
        SWEEPS, WARNS, "Names whose event was lost stay as they are until a sweep succeeds."
    ),
}
