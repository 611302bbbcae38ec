"""Is it served? The only dnspython."""
