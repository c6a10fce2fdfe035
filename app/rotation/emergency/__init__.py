"""Emergency plans (应急预案): written beforehand, started for an area, stood down with a report."""
