"""Workbench: a self-hosted prompt workbench for the Messages API."""
