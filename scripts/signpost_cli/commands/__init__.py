"""The commands, a module each: arguments in, one question asked, the answer printed."""
