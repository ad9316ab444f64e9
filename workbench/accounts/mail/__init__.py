"""Mail: the server it goes by, the outbox it waits in, and what of it people see."""
