"""The answer of a run as HTML and as text: one view per content block, live and after a reload."""
