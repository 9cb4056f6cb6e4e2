"""Arithmetic and presentation: scores, ledger, written reports."""
