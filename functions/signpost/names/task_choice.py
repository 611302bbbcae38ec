"""How many of a service's running tasks its names can lead to, and which. Pure.

Route 53's and the ledger's limits decide: a change is one atomic batch, in which each address may
go and another come, and the ledger lists each address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from signpost.model.record_set import MAX_TXT_CHARACTERS
from signpost.model.service import Service
from signpost.names.running_tasks import RunningTasks, Task

# Route 53 Developer Guide, "Quotas": record sets of one name and type with a routing policy; values
# of one record set; ResourceRecord elements of a batch (half of them, without the ledger's two; a
# name's claim takes two more).
MAX_MULTIVALUE = 100
MAX_VALUES = 400
MAX_IN_BATCH = 499
MAX_SPARE = 100  # tasks that travel beside: so many may be well again at once, or listed late
# What an address takes in the ledger, in characters: 4 or 16 octets in base64.
_IPV4_COST, _IPV6_COST = 16 / 3, 64 / 3
_LEDGER_HEAD = 550  # characters beside the addresses, the names and the service's own name, at most


def choose(service: Service, running: Sequence[Task]) -> RunningTasks:
    """As many of the tasks with addresses are published as there is room for: the first ones."""
    addressed = [task for task in running if task.addresses]
    chosen, left = _with_room(service, addressed)
    return RunningTasks(chosen, left[:MAX_SPARE], len(running), len(running) - len(addressed))


def choose_again(service: Service, tasks: RunningTasks, held: Set[str]) -> RunningTasks:
    """Those first whose addresses are `held` already: a limit takes away nothing that is served."""
    found = sorted(
        (*tasks.published, *tasks.spare), key=lambda task: held.isdisjoint(task.addresses)
    )
    chosen, left = _with_room(service, found)
    return replace(tasks, published=chosen, spare=left)


def _with_room(
    service: Service, tasks: Sequence[Task]
) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    """Those that there is room for, and the others."""
    names = service.configuration.hostnames or (service.name,)
    most = MAX_VALUES if service.configuration.target == "tasks-all" else MAX_MULTIVALUE
    in_batch = (MAX_IN_BATCH - len(names)) // len(names)
    characters = MAX_TXT_CHARACTERS - _LEDGER_HEAD - len(service.cluster) - len(service.name)
    characters -= 2 * sum(len(name) + 1 for name in names)  # beside A and beside AAAA
    chosen: list[Task] = []
    ipv4: set[str] = set()
    ipv6: set[str] = set()
    for task in tasks:
        more4 = ipv4 | set(of_family(task.addresses, 4))
        more6 = ipv6 | set(of_family(task.addresses, 6))
        cost = len(more4) * _IPV4_COST + len(more6) * _IPV6_COST
        if max(len(more4), len(more6)) > most or len(more4) + len(more6) > in_batch:
            break
        if cost > characters:
            break
        chosen.append(task)
        ipv4, ipv6 = more4, more6
    return tuple(chosen), tuple(tasks[len(chosen) :])


def of_family(addresses: Iterable[str], version: int) -> list[str]:
    """The addresses of one IP version."""
    return [address for address in addresses if (":" in address) == (version == 6)]
