"""Pure functions from a parsed page to values: what a page says of itself, never what that is worth."""
