# Trailers for the record that pre-commit added; what a copied message says of another record is judged in Python.

# Tells whether git was called to amend, or by words that look like it; Python looks closer.
amends() {
    words=
    if [ -r "/proc/$PPID/cmdline" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            words=$words$line
        done <"/proc/$PPID/cmdline"
    else
        words=$(ps -o args= -p "$PPID")
    fi
    case $words in *--am*) ;; *) return 1 ;; esac
}

added=
if read_pending && pending_is_ours; then
    added=1
fi
read_message "$1"
if [ -n "$named" ]; then
    python_hook "${added:-0}" "$@"
    read_message "$1"
elif [ -z "$added" ] && [ "${2-}" = message ] && [ ! -d "$pending" ] && amends; then
    python_hook amended "$@"
    ! read_pending || added=1
fi
if [ -n "$added" ] && [ -n "$named" ]; then
    :
elif [ -n "$added" ] && [ -z "$empty" ] && [ "${2-}" != template ]; then
    add_trailers "$1"
elif [ -n "$added" ]; then
    said "$1" >"$pending/late" # an untouched message still ends the commit; commit-msg adds them
fi
if [ -n "$added" ]; then
    case ${GIT_INDEX_FILE-} in
        */index.lock) : >"$pending/staged" ;; # becomes the index with the commit, or is thrown away
        *.lock) ;; # the same, but the index is another one
        *) undo_pending ;; # git has made its tree; post-commit puts the record back
    esac
fi
