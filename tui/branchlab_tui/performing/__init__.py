"""Changes the repository, each time through a command line that the user could have typed."""
