# What a commit that was begun still needs: pending.py writes the folder, and each file in it is what one git command
# reads. HEAD decides: when it holds the record, the rest is finished; otherwise all is as if nothing had been begun.
pending=$git_dir/branchlab-pending

read_pending() {
    [ -d "$pending" ] && IFS= read -r line <"$pending/record" && record_oid=${line%% *} && record_path=${line#* }
}

# Tells whether HEAD, or with :0 the index that this commit is made from, holds the record.
pending_is_in() {
    [ "$(git rev-parse --verify --quiet "$1:$record_path")" = "$record_oid" ]
}

# Tells whether pre-commit of this very commit put the record into the index.
pending_is_ours() {
    IFS= read -r line 2>/dev/null <"$pending/git" && [ "$line" = "$PPID" ] || pending_is_in :0
}

# Takes the record out of the index again.
undo_pending() {
    [ ! -s "$pending/before" ] || git update-index -z --index-info <"$pending/before"
}

# The run goes last: until then all of this can be done once more.
finish_pending() {
    if [ -s "$pending/entries" ]; then
        [ -f "$pending/staged" ] || git update-index -z --index-info <"$pending/entries" || return
        git checkout-index --force --index -z --stdin <"$pending/written" || return
        set --
        while IFS= read -r line; do
            set -- "$@" "$line"
        done <"$pending/removed"
        [ "$#" -eq 0 ] || rm -f -- "$@"
    fi
    if IFS= read -r line <"$pending/run"; then
        git update-ref -d "refs/branchlab/runs/$line"
        rm -rf "$state/runs/$line" "$pending"
    else
        rm -rf "$pending"
    fi
}

settle_pending() {
    if ! read_pending; then
        rm -rf "$pending"
    elif pending_is_in HEAD; then
        finish_pending
    else
        ! pending_is_in :0 || undo_pending
        rm -rf "$pending"
    fi
}

# Sets named when a message names a run already, and empty when it says nothing yet.
read_message() {
    named=
    empty=1
    comment='#'
    if [ "${GIT_EDITOR-}" != : ]; then
        comment=$(git config core.commentChar) || comment='#'
        [ "${#comment}" -eq 1 ] || comment='#'
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            *' ------------------------ >8 '*) break ;;
            "$comment"* | '' | Signed-off-by:*) ;;
            Branchlab-Run:*) named=1 ;;
            *) empty= ;;
        esac
    done <"$1"
}

# Writes what git takes for the message, whatever its comments say.
said() {
    LC_ALL=C sed '/ -\{24\} >8 -\{24\}$/,$d' "$1" | git stripspace --strip-comments
}

add_trailers() {
    message=$1
    set --
    while IFS= read -r line; do
        set -- "$@" --trailer "$line"
    done <"$pending/trailers"
    git -c trailer.separators=: interpret-trailers --in-place --no-divider --where end --if-exists replace \
        --if-missing add "$@" "$message"
}

