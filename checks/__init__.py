"""Judgement: pure functions from a snapshot, parameters, a calendar and a day to findings."""
