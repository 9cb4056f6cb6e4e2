"""Files into records: what an attachment's bytes are, its text, its tables.

Each format has one module with ``read(data, limits) -> Contents``; ``reading.read_file`` chooses among them by the
bytes alone. All of it is pure, and meant to run in a process that may be lost (``process``): the files are hostile.
"""
