"""The demo community: synthetic people, places and requests on schematic outlines of Longhua."""
