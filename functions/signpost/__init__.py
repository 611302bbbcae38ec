"""Signpost's domain: what DNS should say for an ECS service, and how to get there safely.

Pure modules decide (they import neither boto3 nor dnspython); `ecs`, `elb`, `route53`,
`dns_lookup` and `observability` touch the world and are given their clients.
"""
