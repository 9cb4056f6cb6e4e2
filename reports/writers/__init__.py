"""One writer per output file."""
