"""Workbooks that people fill in and send back: what stands in them, and what comes back."""
