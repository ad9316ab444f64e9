"""What whoever runs Workbench asks of a process: figures, and errands beside the pages."""
