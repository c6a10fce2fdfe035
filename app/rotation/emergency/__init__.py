"""Emergency plans (应急预案): kept beforehand, started for an area, stood down with a report."""
