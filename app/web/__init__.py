"""The door for browsers and webhooks: translates in, one desk call, translates out."""
