"""Python programs that send a request."""
