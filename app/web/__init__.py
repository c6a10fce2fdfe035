"""Entry point for browsers and webhooks: reads the request, calls one use case, answers."""
