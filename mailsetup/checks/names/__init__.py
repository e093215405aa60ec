"""Root causes: what kind of name is judged, and whether anything can be judged at all. An error here explains all others."""
