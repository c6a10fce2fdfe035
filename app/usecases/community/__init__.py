"""Areas, places, service points, the catalogue and the settings of a community."""
