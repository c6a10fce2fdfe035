"""Diandan: residents order help, volunteers accept it, every step leaves a trace.

The map of the house, from the ground up:

- `core`: database, clock, errors, languages, encryption. Knows nobody above.
- the street of rooms, which never import each other: `help_requests`, `people`, `areas`,
  `catalogue`, `offers`, `dispatch`, `matching`, `rotation`, `trail`, `notifications`,
  `conversation`, `hours`, `limits`. In each, `rules` are pure, `models` are tables, `queries` read.
- `desk`: one file for each story the house tells; it alone writes. `channels`: what goes out.
- the doors: `web`, `jobs` and `cli` translate in, make one desk call, translate out.
- `factory.create_app` is the only one who knows everyone.
"""
