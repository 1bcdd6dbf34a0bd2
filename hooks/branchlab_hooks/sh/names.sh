# Tells whether the name of the current branch was accepted before, under settings that did not change since.
# Starts no process. names.py writes the file, in which a tab parts the name from the settings.
name_is_known() {
    accepted=$git_dir/branchlab/hooks/accepted
    [ -n "$branch" ] && [ -f "$accepted" ] || return 1
    while IFS='	' read -r name settings; do
        if [ "$name" = "$branch" ]; then
            [ -f "$settings" ] && [ "$accepted" -nt "$settings" ]
            return
        fi
    done <"$accepted"
    return 1
}
