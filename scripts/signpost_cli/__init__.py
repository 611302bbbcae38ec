"""The `signpost` command: for the stack in AWS and for the local AWS alike."""
