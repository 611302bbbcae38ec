"""Is it served? Nothing else imports dnspython."""
