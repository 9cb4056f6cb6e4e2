"""How each CMS family lists its items and pages through them."""
