"""`signpost show --html`: an execution as one self-contained page."""
