"""Why an execution runs, and what is told of its end. Asks nobody."""
