"""Which names a service wants, and where they lead. Pure."""
