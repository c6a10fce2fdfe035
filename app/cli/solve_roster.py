"""`python -m app.cli.solve_roster SECONDS WORKERS`: a month in, a roster out, both as JSON.

Nobody imports this module: the solver takes seconds to load and much memory, so it runs in a
process of its own that ends after use. Each input line is one month, answered by one line.
"""

import json
import sys

from app.rotation.roster.plain import asked_from, plain_built
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build


def main() -> None:
    """Solves every month that is read."""
    seconds, workers = float(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        built = build(asked_from(json.loads(line)), Effort(seconds, workers))
        print(json.dumps(plain_built(built)), flush=True)


if __name__ == "__main__":
    main()
