"""The pages of prompts and what they post to."""
