"""Prompts, their immutable versions, drafts, and what a version says on the wire."""
