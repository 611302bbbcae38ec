"""What doctor does not look at, in sentences: so that nobody takes its silence for a word on it."""

from __future__ import annotations

from signpost_cli.checks.installation import Installation
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.zone_ledgers import Ledgers


def not_looked_at(installation: Installation, ledgers: Ledgers, recent: Recent) -> list[str]:
    """Sentences for the end of the report."""
    beside = ", but for those that stand right behind the ledgers" if ledgers.surveys else ""
    told = [
        f"The records{beside}: signpost sweep --deep --dry-run compares all.",
        "What DNS answers: only executions that change something prove it.",
        "The code of the functions: only their configuration.",
    ]
    clusters = installation.listed("ClusterNames")
    if clusters:
        told.append(f"Clusters that ClusterNames does not name: it has {', '.join(clusters)}.")
    return told + [f"{limit[:1].upper()}{limit[1:]}." for limit in recent.limits]
