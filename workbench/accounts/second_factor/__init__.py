"""The second factor of a sign-in: codes of an app, and recovery codes."""
