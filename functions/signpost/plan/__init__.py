"""What has to change, and whether that still holds."""
