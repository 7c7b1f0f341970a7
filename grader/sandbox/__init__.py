"""Starting and ending the processes in which submissions run."""
