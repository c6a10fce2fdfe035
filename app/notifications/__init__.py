"""Messages to people (通知): the outbox, its words and its history."""
