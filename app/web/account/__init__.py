"""Pages for everybody with an account: log in, log out, devices, joining."""
