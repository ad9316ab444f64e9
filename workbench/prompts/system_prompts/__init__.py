"""System prompts: texts of the library with versions, and their copies in prompts."""
