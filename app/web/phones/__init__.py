"""The demo's telephones on one page: texts by the real entry point, and what became of them."""
