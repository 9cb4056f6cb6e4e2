"""Side by side with other crawlers on a synthetic site; see README.md."""
