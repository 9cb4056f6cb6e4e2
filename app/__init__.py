"""Wiring only: command line, configuration, the stages in order."""
