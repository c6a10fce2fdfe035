"""Pages for residents: order, follow, rate. No account."""
