"""Tests of the package `workbench.catalogue`."""
