# The arguments are OLD NEW FLAG; the commits are the same where single files were checked out.

# What a killed fetch left behind: see reference-transaction.sh.
strict=${0%/*}/reference-transaction
if [ -f "$strict.paused-branchlab" ]; then
    pid=
    [ ! -f "$state/hooks/fetching" ] || IFS= read -r pid <"$state/hooks/fetching" || :
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || [ -e "$strict" ] || mv "$strict.paused-branchlab" "$strict"
fi

# Detached are also the steps of a rebase and of a bisection.
[ "${1-}" != "${2-}" ] && [ -n "$branch" ] && [ "${BRANCHLAB_DATA-}" != 0 ] || exit 0
git grep --quiet -e 'checkout_data.*true' -- branchlab.toml '*/branchlab.toml' || exit 0
python_hook "$@"
