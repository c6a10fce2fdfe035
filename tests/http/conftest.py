"""Every request of these tests is a transaction of its own, so locks are checked in all of them."""

import pytest


@pytest.fixture(autouse=True)
def transactions_in_order(locks_in_order: None) -> None:
    """No page, hook or job waits for locks against the order."""
