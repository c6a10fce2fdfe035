"""Every request of these tests is a transaction of its own, so locks are checked in all of them."""

import pytest


@pytest.fixture(autouse=True)
def transactions_in_order(request: pytest.FixtureRequest) -> None:
    """No page, hook or job waits for locks against the order.

    The demo's past and present are one transaction, while nobody else uses the database.
    """
    if request.module.__name__ not in ("tests.http.test_demo", "tests.http.test_demo_hours"):
        request.getfixturevalue("locks_in_order")
