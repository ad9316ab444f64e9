"""Models that go, and the prompts, labels and presets that still use them.

watch.py       who uses which ending model
successor.py   what the latest version of a prompt becomes with the successor
views.py       the page of all, the preview of one, and its draft
"""
