"""The values that travel between the steps, and their JSON form in the execution's payload.

Hostnames and DNS names are lower-case and without a trailing dot everywhere in here; only
`signpost.aws.route53` knows how Route 53 writes them.
"""

from typing import Any

Json = dict[str, Any]
