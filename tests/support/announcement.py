"""What is announced, and its documented schema, for whoever receives an announcement in a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from signpost.triggers.finished import DETAIL_TYPE, SOURCE, Finished
from tests.support.estate import ACCOUNT
from tests.support.status_change import status_change

_FILE = Path(__file__).parents[2] / "docs" / "signpost-service-change.schema.json"
SCHEMA: dict[str, Any] = json.loads(_FILE.read_text())
Draft202012Validator.check_schema(SCHEMA)
_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())

TRIGGER = {
    "kind": "cloudtrail",
    "name": "CreateService",
    "cluster": "prod",
    "service": "web",
    "time": "2026-11-24T13:19:59.000Z",
    "id": "event-1",
    "actor": f"arn:aws:iam::{ACCOUNT}:user/ada",
    "reason": None,
    "dry_run": False,
    "skip": None,
}
REFUSED = {
    "zone": "Z1",
    "name": "www.ecs.internal",
    "record": None,
    "error": "HostnameNotAllowed",
    "reason": "DeniedHostnames has www.{zone}, which is www.ecs.internal.",
    "final": False,
}
WEB: dict[str, Any] = {
    "zone": "Z1",
    "name": "web.ecs.internal",
    "type": "A",
    "ttl": None,
    "values": [],
    "alias": {
        "hosted_zone_id": "Z32",
        "dns_name": "web-alb-1.eu-west-1.elb.amazonaws.com",
        "evaluate_target_health": False,
    },
    "set_identifier": None,
    "routing": None,
    "multivalue": False,
}


def receipt(outcome: str = "RecordChanged", **changes: Any) -> dict[str, Any]:
    """The output of an execution that has ended."""
    zone = {"id": "Z1", "name": "ecs.internal", "change_id": "C1", "submitted_at": "2026-11-24"}
    proof = {"method": "dns", "zones": [], "verified_at": "2026-11-24T13:20:05.200Z"}
    return {
        "outcome": outcome,
        "reason": "web-alb is the only internal one in a VPC of the private zone.",
        "service": {"cluster": "prod", "name": "web"},
        "trigger": TRIGGER,
        "before": [],
        "after": [WEB],
        "warnings": [],
        "refused": [],
        "told": False,
        "zones": [zone],
        "attempts": {"rounds": 2, "readiness": 4, "verification": 3},
        "verification": proof,
        "previous_execution": None,
        "seconds": 6.2,
        **changes,
    }


def announced(
    outcome: str, *, machine: str = "ServiceChange", told: bool = False, **more: Any
) -> dict[str, Any]:
    """The event that is put on the bus when a change has ended."""
    refused = [REFUSED] if outcome == "PartlyChanged" else []
    output = receipt(outcome, **{"refused": refused, "told": told, **more})
    ended = status_change("SUCCEEDED", machine=machine, output=output)
    detail = Finished.from_event(ended).announcement()
    return ended | {"detail-type": DETAIL_TYPE, "source": SOURCE, "detail": detail}


def objections(detail: Any) -> list[str]:
    """What the schema objects to, and fields of the detail that it does not document."""
    documented = SCHEMA["$defs"]["recordSet"]["properties"]
    records = [*detail["before"], *detail["after"]]
    undocumented = {
        *(detail.keys() - SCHEMA["properties"]),
        *(key for record in records for key in record.keys() - documented),
    }
    messages = [error.message for error in _VALIDATOR.iter_errors(detail)]
    return messages + [f"{key} is not documented" for key in sorted(undocumented)]
