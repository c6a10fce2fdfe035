"""Diandan: residents order help, volunteers accept it, every step leaves a trace.

The layers, from the bottom up (`.importlinter` enforces them):

- `core`: database, clock, errors, languages, encryption. Imports nothing above it.
- the domain packages, which never import each other: `help_requests`, `people`, `areas`,
  `catalogue`, `offers`, `dispatch`, `matching`, `rotation`, `trail`, `notifications`,
  `conversation`, `hours`, `limits`, ... In each, `rules` are pure, `models` are tables, `queries`
  read.
- `channels`: adapters for SMS, calls, email and push.
- `usecases`: one file for each use case. Only they write to the database.
- the entry points `web`, `jobs` and `cli`: read the input, call one use case, show its result.
- `factory.create_app` puts everything together; only it may import every layer.
"""
