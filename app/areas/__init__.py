"""The tree of areas (区域), service points, the gazetteer, datums and geocoding."""
