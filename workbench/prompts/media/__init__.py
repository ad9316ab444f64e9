"""Images, PDF files and plain text: checked by their content, kept once per team, measured."""
