"""One module per subcommand of `branchlab sweep`."""
