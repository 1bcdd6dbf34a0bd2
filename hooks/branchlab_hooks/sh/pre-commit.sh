# Starts Python only when the name is new, a record changes, or a run or a file of another tool is fresh.
is_busy() {
    for name in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG rebase-merge rebase-apply sequencer; do
        [ ! -e "$git_dir/$name" ] || return 0
    done
    return 1
}

# Tells whether a finished run of this branch is there that no commit went past.
has_run() {
    for found in "$state"/runs/*/state.json; do
        [ -f "$found" ] && [ ! -e "${found%/*}/passed" ] || continue
        IFS= read -r line <"$found" || :
        case $line in
            *'"status": "finished"'*'"branch": "'"$branch"'"'*) return 0 ;;
        esac
    done
    return 1
}

# Tells whether a file that matches the pattern is newer than all that were looked at.
has_fresh() {
    case $1 in
        *'**'*)
            base=${1%%'**'*}
            set -- "${base:-.}" "${1##*/}"
            if [ -e "$consumed" ]; then
                found=$(find "$1" -name .git -prune -o -type f -name "$2" -newer "$consumed" -print 2>/dev/null)
            else
                found=$(find "$1" -name .git -prune -o -type f -name "$2" -print 2>/dev/null)
            fi
            [ -n "$found" ]
            return
            ;;
    esac
    for found in $1; do
        [ ! -d "$found" ] || found=$found/metrics.json
        [ ! -e "$found" ] || [ "$consumed" -nt "$found" ] || return 0
    done
    return 1
}

look() {
    set +f
    [ -f "$watched" ] || return 0
    ! { [ -n "$waiting" ] && has_run; } || return 0
    set --
    IFS=
    while read -r line; do
        case $line in
            'record '*) set -- "$@" "${line#record }" ;;
            'collect '*) ! { [ -n "$waiting" ] && has_fresh "${line#collect }"; } || return 0 ;;
        esac
    done <"$watched"
    unset IFS
    [ "$#" -ne 0 ] && ! git --literal-pathspecs diff-index --cached --quiet HEAD -- "$@" 2>/dev/null
}

# Tells whether the hooks that finish a commit lie beside this one. Where they do not, Python asks what git runs.
is_one_of_all() {
    for name in prepare-commit-msg commit-msg post-commit; do
        line=
        for found in "${0%/*}/$name" "${0%/*}/$name.legacy"; do
            [ ! -f "$found" ] || { read -r line && IFS= read -r line; } 2>/dev/null <"$found" || line=
            case $line in '# branchlab hook '*) break ;; esac
        done
        case $line in '# branchlab hook '*) ;; *) return 1 ;; esac
    done
}

watched=$git_dir/branchlab/hooks/watched
consumed=$git_dir/branchlab/hooks/consumed
known=
waiting=
case ${GIT_INDEX_FILE-} in
    */next-index-*) ;; # the rest of the index is not at hand: post-commit settles
    *)
        if [ -d "$pending" ]; then
            rm -f "$pending/staged" # git may have been ended before the index was
            settle_pending
        fi
        ;;
esac
if [ -n "$branch" ]; then
    is_busy || waiting=1
    ! name_is_known || known=known
fi
if { [ -n "$branch" ] && [ -z "$known" ]; } || look; then
    unset IFS
    alone=
    is_one_of_all || alone=alone
    python_hook $known $alone || exit
    [ ! -d "$pending" ] || echo "$PPID" >"$pending/git"
fi
