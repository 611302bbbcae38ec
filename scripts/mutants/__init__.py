"""Small faults in what decides, and whether a test fails for each: `make mutants`."""
