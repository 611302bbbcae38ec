"""What the ARN of a listener or a listener rule tells."""

from __future__ import annotations

import pytest

from signpost.model.load_balancer import load_balancer_of

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/0123/4567"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer"


@pytest.mark.parametrize(
    ("arn", "balancer"),
    [
        (LISTENER, f"{BALANCER}/app/web/0123"),
        (LISTENER.replace(":listener/", ":listener-rule/") + "/89", f"{BALANCER}/app/web/0123"),
        (LISTENER.replace("/app/", "/net/"), f"{BALANCER}/net/web/0123"),
        (f"{BALANCER}/app/web/0123", None),
        ("web", None),
        ("", None),
    ],
)
def test_a_listener_or_rule_tells_its_load_balancer(arn: str, balancer: str | None) -> None:
    assert load_balancer_of(arn) == balancer
