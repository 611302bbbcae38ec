"""AWS on this machine: the project's own template on an emulator, with event relay and DNS."""
