"""Side by side: what the panes of a comparison try, how it begins, and its page."""
