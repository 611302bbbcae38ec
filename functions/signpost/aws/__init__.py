"""What AWS says, and the calls that change it. Decides nothing; nothing else imports boto3."""
