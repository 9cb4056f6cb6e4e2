"""The built-in demonstration county site with planted defects."""
