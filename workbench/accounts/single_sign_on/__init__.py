"""Signing in with the organisation's own identity provider, by OpenID Connect."""
