"""`signpost doctor`: what it says it has not looked at."""

from __future__ import annotations

from signpost_cli.checks.recent import Recent
from signpost_cli.checks.scope import not_looked_at
from signpost_cli.checks.zone_ledgers import Ledgers
from tests.support.doctor import installation


def test_records_and_dns_are_never_claimed() -> None:
    told = " ".join(not_looked_at(installation(), Ledgers(), Recent()))
    assert "The records: signpost sweep --deep --dry-run compares all." in told
    assert "What DNS answers" in told


def test_clusters_and_executions_beyond_the_bounds_are_named() -> None:
    made = installation(parameters={"ClusterNames": "prod,test"})

    told = not_looked_at(made, Ledgers(), Recent(limits=("executions that failed, but for 2",)))

    assert told[-2:] == [
        "Clusters that ClusterNames does not name: it has prod, test.",
        "Executions that failed, but for 2.",
    ]
