"""Links by which anybody reads one version, run or comparison, and nothing else."""
