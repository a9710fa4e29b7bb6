"""Remote sources: databases, SFTP drops and HTTP interfaces, fetched into the drop folder and nowhere else."""
