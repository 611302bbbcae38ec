"""`signpost local demo`: Signpost's story on a local AWS, every claim checked."""
