# Above stand: event, interpreter, package (the folder of branchlab_hooks). What follows may rely on
#   the working directory: the top of the working tree;  "$@": the hook's arguments
#   $input: what git says on standard input, for the events that have it
#   $git_dir (of this working tree), $common_dir, $state ($common_dir/branchlab)
#   $branch: the branch that is checked out, empty when detached
#   $gate: empty for an event that lets everything pass, whatever exit code the rest ends with
#   say WORDS: a line on stderr;  python_hook ARG…: the event's module, with $input
# and on: the hook that was here before has run, and did not refuse. Only builtins in the usual case.

newline='
'
case $event in
    pre-commit | pre-merge-commit | pre-push | reference-transaction) gate=1 ;;
    *) gate= ;;
esac

say() {
    printf 'branchlab: %s\n' "$*" >&2
}

# Runs a command with $input on its standard input, if this event has any.
feed() {
    if [ -z "$takes_input" ]; then
        "$@"
    else
        printf '%s' "$input" 2>/dev/null | "$@"
    fi
}

# The builtin first: most often there is one line, and this may run a thousand times in a fetch.
read_input() {
    input=
    lines=0
    while IFS= read -r line; do
        input=$input$line$newline
        lines=$((lines + 1))
        if [ "$lines" -ge 16 ]; then
            line=$(cat)
            [ -z "$line" ] || input=$input$line$newline
            break
        fi
    done
}

# A hook may go by its own name ($0), as those of husky do: a shell that reads it in keeps the name.
run_chained() {
    IFS= read -r shell <"$chained" || :
    shell=${shell#'#!'}
    shell=${shell# }
    case $shell in
        *[!A-Za-z0-9/_.\ -]*) ;;
        */sh | */bash | */dash | */env\ sh | */env\ bash | */env\ -S\ bash* | */sh\ -* | */bash\ -* | */dash\ -*)
            # shellcheck disable=SC2016,SC2086 # the words of a shebang; $0 is that of the new shell
            feed $shell -c '. "$0.before-branchlab"' "${0%/*}/$event" "$@"
            return
            ;;
    esac
    feed "$chained" "$@"
}

python_hook() {
    if [ -x "$interpreter" ] && [ -r "$package/__main__.py" ]; then
        code=0
        feed "$interpreter" -P "$package/__main__.py" "$event" "$@" || code=$?
        case $code in
            0) return 0 ;;
            126 | 127) ;; # it is there and cannot be started
            *) ! "$interpreter" -P -c 'import branchlab_hooks' 2>/dev/null || return "$code" ;;
        esac
    fi
    if command -v branchlab >/dev/null; then
        code=0
        feed branchlab hooks exec --module "$event" "$@" || code=$?
        case $code in 126 | 127) ;; *) return "$code" ;; esac
    fi
    [ -n "$gate" ] || return 0
    say "error: $event: the Python that checks this is gone, and no branchlab is on the PATH." \
        "hint: install branchlab and run branchlab hooks install, or go on once with BRANCHLAB_SKIP=1"
    exit 1
}

chained=
case $0 in
    */*) chained=${0%/*}/$event.before-branchlab ;;
esac
[ -f "$chained" ] && [ -x "$chained" ] || chained=

if [ -z "$chained" ]; then
    [ -z "${BRANCHLAB_SKIP-}" ] || exit 0
    [ "$event:${1-}" = reference-transaction:prepared ] || [ "$event" != reference-transaction ] || exit 0
fi

input=
takes_input=
case $event in
    pre-push | post-rewrite | reference-transaction)
        takes_input=1
        read_input
        ;;
esac

chained_code=0
if [ -n "$chained" ]; then
    if [ "${BRANCHLAB_CHAINED-}" = "$PWD/$0" ]; then # the hook of before starts itself again by its name
        run_chained "$@"
        exit
    fi
    BRANCHLAB_CHAINED=$PWD/$0
    export BRANCHLAB_CHAINED
    run_chained "$@" || chained_code=$?
    unset BRANCHLAB_CHAINED
    case $event:$chained_code in
        *:0 | post-*) ;;
        *) exit "$chained_code" ;;
    esac
    [ -z "${BRANCHLAB_SKIP-}" ] || exit "$chained_code"
    [ "$event:${1-}" = reference-transaction:prepared ] || [ "$event" != reference-transaction ] || exit 0
fi
[ -n "$gate" ] || trap 'exit "$chained_code"' EXIT

git_dir=${GIT_DIR-}
if [ -z "$git_dir" ]; then
    git_dir=.git
    if [ -f .git ] && IFS= read -r line <.git; then
        git_dir=${line#gitdir: }
    fi
fi
# A reftable has a stand-in here, too; a name with a line feed does not fit into the line read above.
[ -f "$git_dir/HEAD" ] || git_dir=$(git rev-parse --absolute-git-dir) || exit 1
common_dir=$git_dir
if [ -f "$git_dir/commondir" ] && IFS= read -r line <"$git_dir/commondir"; then
    case $line in
        /*) common_dir=$line ;;
        *) common_dir=$git_dir/$line ;;
    esac
fi
state=$common_dir/branchlab

line=
IFS= read -r line <"$git_dir/HEAD" || :
case $line in
    'ref: refs/heads/.invalid') branch=$(git symbolic-ref --quiet --short HEAD) || branch= ;;
    'ref: refs/heads/'*) branch=${line#ref: refs/heads/} ;;
    *) branch= ;;
esac
[ ! -h "$git_dir/HEAD" ] || branch=$(git symbolic-ref --quiet --short HEAD) || branch=
