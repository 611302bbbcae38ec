"""Signpost's domain: what DNS should say for an ECS service, and how to get there safely.

Each package decides one thing, and imports point down: `sweep` and `proof` rest on `plan`, which
rests on `ledger`, `aws` and `names`; beneath all is the ground, the modules here and `model`. Only
`aws` imports boto3, only `proof` dnspython; pyproject.toml's contracts hold that.
"""

__version__ = "0.2.0"
