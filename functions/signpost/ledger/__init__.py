"""What is ours: the ledgers, as DNS shows them and as they are read."""
