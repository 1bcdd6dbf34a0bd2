# A rebase says once what its commits would have said each.
if [ -f "$git_dir/branchlab-stale" ]; then
    rm -f "$git_dir/branchlab-stale"
    say "records were moved onto other code, and show as stale. hint: branchlab run measures again"
fi
