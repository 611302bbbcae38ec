"""The command as one uses it: run in a terminal of 80 columns, its output piped, on a local AWS."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import PATIENCE_SECONDS, SIGNPOST, LocalAws, entries, signpost
from tests.support.browser import Browser

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("local")]
BY_HAND = "Run"  # a trigger's name where there was no event


def answer(local: LocalAws, *words: str) -> dict[str, Any]:
    done = signpost(*words, "--json", **local.environment)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def reads_well(text: str) -> bool:
    """No colour, and no line beyond 80 columns unless it is one word, which stays whole."""
    long = [line for line in text.splitlines() if len(line) > 80]
    return "\x1b" not in text and all(len(line.split()) <= 2 for line in long)


@pytest.fixture(scope="module")
def moved(local: LocalAws) -> str:
    """A service that was created, moved to another load balancer, and run by hand: five executions,
    as the end of each deployment is told too. None is still to come.
    """
    service = "shown-in-the-command"
    # Made after the service, it would start one more: a call has led to its target group.
    balancer, other = local.balancer(), local.balancer("network")
    local.create(service, balancer)
    local.finished(service, "CreateService")
    local.finished(service, "SERVICE_DEPLOYMENT_COMPLETED")
    local.ecs.update_service(cluster="prod", service=service, loadBalancers=entries(other))
    local.finished(service, "UpdateService")
    local.finished(service, "SERVICE_DEPLOYMENT_COMPLETED", number=2)
    signpost("rerun", "prod", service, "--reason", "to see", **local.environment)
    return service


@pytest.fixture(scope="module")
def changes(local: LocalAws, moved: str) -> list[dict[str, Any]]:
    """What `signpost history --json` tells of that service."""
    return list(answer(local, "history", "prod", moved)["executions"])


def test_history_tells_who_why_before_and_after_newest_first(changes: list[dict[str, Any]]) -> None:
    move, creation = changes
    assert move["trigger"]["name"] == "UpdateService"
    assert move["trigger"]["actor"].endswith(":root")
    assert move["trigger"]["id"]
    assert move["seconds_to_verified"] > 0
    assert [line[0] for line in move["summary"]] == ["-", "+"]
    assert move["before"] == creation["after"] != move["after"]
    assert move["previous_execution"] == creation["execution"].rpartition(":")[2]


def test_who_started_each_is_cloudtrails_word(local: LocalAws, moved: str) -> None:
    told = answer(local, "history", "prod", moved, "--all")["executions"]

    by = {one["trigger"]["name"]: one["started_by"] for one in told}
    assert (by[BY_HAND]["by"], by[BY_HAND]["arn"][-5:]) == ("caller", ":root")
    for name in ("CreateService", "UpdateService", "SERVICE_DEPLOYMENT_COMPLETED"):
        assert (by[name]["by"], by[name]["genuine"]) == ("rule", True)


def test_history_all_finds_the_run_by_hand_that_changed_nothing(
    local: LocalAws, moved: str
) -> None:
    told = answer(local, "history", "prod", moved, "--all")

    (by_hand,) = [one for one in told["executions"] if one["trigger"]["name"] == BY_HAND]
    assert (by_hand["outcome"], by_hand["trigger"]["reason"]) == ("Unchanged", "to see")
    assert len(told["executions"]) == 5
    assert "all that Step Functions has" in told["notes"][-1]


def test_history_reads_well_in_80_columns(local: LocalAws, moved: str) -> None:
    done = signpost("history", "prod", moved, "--all", "--limit", "2", **local.environment)

    assert reads_well(done.stdout)
    assert "because: to see" in done.stdout
    assert "Stopped after 2 executions" in done.stdout


def test_history_works_for_a_service_that_is_gone(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    local.delete(service)
    local.finished(service, "DeleteService")

    told = answer(local, "history", "prod", service)

    outcomes = [one["outcome"] for one in told["executions"]]
    assert {"RecordRemoved", "RecordChanged"} <= set(outcomes)
    assert "it has no names" in told["notes"][0]


@pytest.mark.deep
def test_what_runs_is_told_with_what_it_waits_for(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer(healthy=False))
    arn = local.begun(service, "CreateService", until_error="TargetsNotHealthy")

    told = answer(local, "show", arn)
    shown = signpost("show", arn, **local.environment).stdout
    history = signpost("history", "prod", service, **local.environment).stdout
    local.sfn.stop_execution(executionArn=arn)
    local.delete(service)  # which a sweep of another test would wait for

    assert (told["status"], told["ended"], told["seconds"]) == ("RUNNING", None, None)
    waiting = told["waiting"]
    assert (waiting["state"], waiting["error"]) == ("CheckReadiness", "TargetsNotHealthy")
    assert waiting["since"] < waiting["until"]
    assert re.search(r"… CheckReadiness +\+\d+\.\d s +[1-9]?\d\.\d s +━", shown)
    for text in (shown, history):
        assert "RUNNING for " in text
        assert re.search(r"gives up about|It ends by \d\d:", " ".join(text.split()))
        assert "ended" not in text
        assert reads_well(text)


def test_a_sweep_can_be_shown_by_the_name_that_was_printed(local: LocalAws) -> None:
    printed = signpost("sweep", "--dry-run", **local.environment).stdout
    name = printed.split()[1]

    shown = signpost("show", name, **local.environment)

    assert shown.returncode == 0, shown.stderr
    assert printed.splitlines()[-1] == shown.stdout.splitlines()[-1]  # how much was looked at


def test_a_forged_event_is_told_from_one_of_awss(local: LocalAws, service: str) -> None:
    """Whoever may start executions writes the input, and whom it names."""
    somebody = "arn:aws:iam::000000000000:user/somebody-else"
    local.create(service, local.balancer())
    created = local.finished(service, "CreateService")["arn"]
    genuine = json.loads(local.sfn.describe_execution(executionArn=created)["input"])
    genuine["detail"]["userIdentity"]["arn"] = somebody
    arn = local.sfn.start_execution(
        stateMachineArn=local.facts["state_machine_arn"], input=json.dumps(genuine)
    )["executionArn"]

    told = answer(local, "show", arn)
    shown = " ".join(signpost("show", arn, **local.environment).stdout.split())

    assert told["trigger"]["actor"] == somebody
    assert told["trigger"]["claimed"] is True
    assert (told["started_by"]["by"], told["started_by"]["genuine"]) == ("caller", False)
    assert "CreateService by arn:aws:iam::000000000000:root" in shown
    assert somebody not in shown
    assert "CloudTrail says; what the input claims of who and why is theirs" in shown


def test_services_tells_what_is_owned(
    local: LocalAws, moved: str, changes: list[dict[str, Any]]
) -> None:
    (ours,) = [one for one in answer(local, "services")["ledgers"] if one["service"] == moved]
    text = signpost("services", **local.environment).stdout

    assert ours["records"][0]["name"] == f"{moved}.ecs.internal"
    assert changes[0]["execution"].endswith(f":{ours['execution']}")
    assert f"prod/{moved}\n" in text
    assert reads_well(text)


def test_show_draws_the_timeline(local: LocalAws, changes: list[dict[str, Any]]) -> None:
    done = signpost("show", changes[0]["execution"], **local.environment)

    assert re.search(r"✓ ChangeRecord +\+\d+\.\d s +\d+\.\d s +━+\n", done.stdout)
    assert "from event to verified" in done.stdout
    assert reads_well(done.stdout)


@pytest.mark.browser
def test_show_writes_a_page_that_marks_the_way_taken(
    local: LocalAws, changes: list[dict[str, Any]], tmp_path: Path
) -> None:
    move = changes[0]["execution"]
    entered = {state["name"] for state in answer(local, "show", move)["states"]}

    signpost("show", move, "--html", str(tmp_path / "page.html"), **local.environment)
    dom = Browser(tmp_path).dom(tmp_path / "page.html")

    marked = re.findall(r'<g class="state [^"]*taken[^"]*" data-state="(\w+)"', dom)
    assert set(marked) == entered
    assert changes[0]["trigger"]["id"] in dom


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nothing"), ("No execution is named nothing", "signpost history", "90 days")),
        (("history", "prod", "web", "--stack-name", "nobody"), ("DescribeStacks", "stack nobody")),
        (("services", "--stack-name", "nobody"), ("DescribeStacks", "stack nobody", "AWS_REGION")),
    ],
    ids=lambda words: words[0],
)
def test_an_error_names_the_call_the_resource_and_the_next_step(
    local: LocalAws, words: tuple[str, ...], told: tuple[str, ...]
) -> None:
    done = signpost(*words, **local.environment)

    assert (done.returncode, done.stdout) == (1, "")
    assert all(word in " ".join(done.stderr.split()) for word in told)
    assert "Traceback" not in done.stderr


def test_a_page_that_can_not_be_written_is_said(
    local: LocalAws, changes: list[dict[str, Any]]
) -> None:
    move = changes[0]["execution"]

    done = signpost("show", move, "--html", "/proc/page.html", **local.environment)

    assert done.returncode == 1
    assert "/proc/page.html can't be written: " in done.stderr


def test_a_terminal_without_the_signs_and_a_reader_who_leaves(
    local: LocalAws, changes: list[dict[str, Any]]
) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{SIGNPOST} show {changes[0]['execution']} | head -1"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "ascii", **local.environment},
        check=False,
    )

    assert "SUCCEEDED" in done.stdout
    assert done.stderr == ""


def test_completion_is_there_for_zsh() -> None:
    assert "#compdef signpost" in signpost(_SIGNPOST_COMPLETE="source_zsh").stdout


def test_completion_shows_itself_in_the_shell_one_uses() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{SIGNPOST} --show-completion; exit $?"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "complete -o" in done.stdout


def test_completion_offers_commands() -> None:
    done = signpost(_SIGNPOST_COMPLETE="complete_bash", COMP_WORDS="signpost hi", COMP_CWORD="1")

    assert done.stdout.split() == ["history"]


def test_help_fits_80_columns() -> None:
    done = signpost("history", "--help")

    assert done.returncode == 0
    assert "signpost history prod web --all --limit 2000" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
