"""Amazon ECS: all services of the clusters that are looked after, with their tags.

For what is not about one service: the sweep, and events that do not name one. Needs
`ecs:ListClusters`, `ecs:ListServices` and `ecs:DescribeServices`; all functions may raise
Throttled, AwsUnavailable or AccessDenied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, code_of, in_pages
from signpost.errors import AwsUnavailable
from signpost.settings import Settings

DESCRIBED_AT_ONCE = 10  # services a DescribeServices call takes (ECS API Reference)
_LISTED_AT_ONCE = 100  # the most that ListServices and ListClusters answer


def clusters(client: Any, settings: Settings) -> list[str]:
    """The names of the clusters to look after: ClusterNames, or all that ECS lists.

    `client` is a boto3 `ecs` client.
    """
    if settings.cluster_names:
        return list(settings.cluster_names)
    found: list[str] = []
    request: dict[str, Any] = {"maxResults": _LISTED_AT_ONCE}
    while True:
        with calling("ecs:ListClusters", "this region"):
            page = client.list_clusters(**request)
        found += [arn.rpartition("/")[2] for arn in page["clusterArns"]]
        if not page.get("nextToken"):
            return found
        request["nextToken"] = page["nextToken"]


def service_names(client: Any, cluster: str) -> list[str]:
    """The names of a cluster's services that are not being deleted; none where it is gone."""
    found: list[str] = []
    request: dict[str, Any] = {"cluster": cluster, "maxResults": _LISTED_AT_ONCE}
    while True:
        try:
            with calling("ecs:ListServices", f"cluster {cluster}"):
                page = client.list_services(**request)
        except ClientError as error:
            if code_of(error) == "ClusterNotFoundException":
                return []
            raise AwsUnavailable(f"ECS could not list cluster {cluster}: {error}") from error
        found += [arn.rpartition("/")[2] for arn in page["serviceArns"]]
        if not page.get("nextToken"):
            return found
        request["nextToken"] = page["nextToken"]


def described(client: Any, cluster: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Services as DescribeServices has them, tags included, ten a call; those that are MISSING
    are left out, any other failure is AwsUnavailable.
    """
    for some in in_pages(names, DESCRIBED_AT_ONCE):
        yield from _described(client, cluster, some)


def _described(client: Any, cluster: str, names: list[str]) -> list[dict[str, Any]]:
    resource = f"services {', '.join(names)} of cluster {cluster}"
    try:
        with calling("ecs:DescribeServices", resource):
            answer = client.describe_services(cluster=cluster, services=names, include=["TAGS"])
    except ClientError as error:
        if code_of(error) == "ClusterNotFoundException":
            return []
        raise AwsUnavailable(f"ECS could not describe {resource}: {error}") from error
    odd = [f for f in answer.get("failures", []) if f.get("reason") != "MISSING"]
    found: list[dict[str, Any]] = answer["services"]
    if odd or len(found) + len(answer.get("failures", [])) < len(names):
        raise AwsUnavailable(f"ECS described only some of the {resource}: {odd}")
    return found
