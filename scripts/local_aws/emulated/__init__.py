"""MiniStack, corrected where it would tell us less than AWS does: a module for each thing."""
