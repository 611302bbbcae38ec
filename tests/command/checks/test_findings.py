"""`signpost doctor`: what mends a finding works on the stack that was looked at."""

from __future__ import annotations

from signpost_cli.checks.findings import for_stack, found

MEND = (
    "signpost rerun prod web\n"
    "signpost sweep --dry-run   # what would be changed\n"
    "signpost local down --port 1\n"
    "aws ecs list-clusters"
)


def test_commands_of_ours_name_a_stack_that_is_not_the_default_one() -> None:
    finding = found("service-unnamed", "prod/web has none.", MEND)

    assert for_stack(finding, "signpost") == finding
    assert for_stack(finding, "dev").mend.splitlines() == [
        "signpost rerun prod web --stack-name dev",
        "signpost sweep --dry-run --stack-name dev   # what would be changed",
        "signpost local down --port 1",
        "aws ecs list-clusters",
    ]
