"""From the text of Compose files to the typed project, as a row of pure stages."""
