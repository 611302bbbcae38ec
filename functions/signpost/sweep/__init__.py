"""What was missed: the services whose names are not as their ledgers or their tags say."""
