"""What AWS says, in the words of the model, and the calls that change it. The only boto3."""
