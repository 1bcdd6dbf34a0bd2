"""One folder a screen: what it shows, how it looks, its keys."""
