"""Messages to people (通知): the outbox, the texts and their history."""
