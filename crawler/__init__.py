"""Facts only: fetches a disclosure site and records what it saw; never judges."""
