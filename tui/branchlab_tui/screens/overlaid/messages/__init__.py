"""What the work of such views brings to them."""
