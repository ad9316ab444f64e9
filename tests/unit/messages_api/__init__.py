"""Tests of the package `workbench.messages_api`."""
