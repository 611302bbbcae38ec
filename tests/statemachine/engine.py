"""`python -m tests.statemachine.engine` is MiniStack with its mocks corrected.

Step Functions Local's format says what each attempt of a state gets. MiniStack looks once for
each time a state is entered and repeats a thrown error for every retry, so that nothing ever
recovers. Here it executes one attempt at a time, and the retries are made around it.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from local_aws import processes
from local_aws.emulated.maps import record_map_states


def main() -> None:
    """Run the emulator until a signal ends it, or the tests are gone without having done so."""
    processes.follow(os.environ, lambda: os.kill(os.getpid(), signal.SIGKILL))
    from ministack import app
    from ministack.services import stepfunctions as engine

    one_attempt = engine._execute_task

    def execute(state: dict[str, Any], data: Any, execution: Any, context: Any) -> Any:
        once = {key: value for key, value in state.items() if key not in ("Retry", "Catch")}
        counts: dict[int, int] = {}
        while True:
            try:
                return one_attempt(once, data, execution, context)
            except engine._ExecutionError as error:
                retrier, number = engine._find_matching_retrier(
                    state.get("Retry", []), error.error, counts
                )
                if retrier is not None:
                    counts[number] = counts.get(number, 0) + 1
                    continue  # at once: nothing here depends on the waits
                catcher = engine._find_matching_catcher(state.get("Catch", []), error.error)
                if not catcher:
                    raise
                told = {"Error": error.error, "Cause": error.cause}
                output = engine._apply_catcher(catcher, data, context, "JSONPath", told)
                return output, catcher["Next"]

    engine._execute_task = execute
    record_map_states(engine)
    app.main()


if __name__ == "__main__":
    main()
