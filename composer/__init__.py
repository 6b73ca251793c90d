"""Run multi-container applications described in Compose files."""
