"""Edges: nginx in front of the classes, near those who watch; how the cloud names, signs and steers them."""
