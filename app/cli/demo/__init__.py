"""A made-up community: schematic outlines, invented people, nobody real."""
