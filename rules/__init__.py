"""The law as data: documents, clauses, bindings, indicators, calendars, lexicons."""
