"""Address and size guards, rates, decompression."""
