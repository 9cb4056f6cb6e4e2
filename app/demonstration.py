"""The demonstration: serve the built-in county site, inspect it, compare found with planted."""
