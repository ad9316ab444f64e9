"""What is shown to others and what they say: links, comments, proposals, webhooks."""
