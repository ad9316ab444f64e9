"""What whoever runs Workbench asks of a process: the figures that Prometheus collects."""
