# The commit is there, or another one: the record goes where HEAD says.
[ ! -d "$pending" ] || settle_pending
