"""test_wheel.py needs a wheel that was built and installed: `make test-wheel`."""

import os

collect_ignore = [] if "SIGNPOST_WHEEL" in os.environ else ["test_wheel.py"]
