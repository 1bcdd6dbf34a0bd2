# Strict naming: a branch is refused when it is made. $input has a line for each ref: OLD NEW NAME.
# The header lets only `prepared` come here, the one moment at which git can be stopped.

# A push into this repository is for its server-side check.
[ "$git_dir" != . ] || exit 0

paused=$0.paused-branchlab
noted=$state/hooks/fetching

# Tells whether the git that started us is at work. One that has ended, and whose parent has not asked how, has its id.
is_at_work() {
    kill -0 "$PPID" || return 1
    stat=
    [ ! -r "/proc/$PPID/stat" ] || IFS= read -r stat <"/proc/$PPID/stat"
    case $stat in *') Z '*) return 1 ;; esac
}

# Git starts this hook twice for each ref that a fetch brings, which costs ten times the fetch even where the hook is
# /bin/true. So it steps aside from the second ref on, until the git that fetches has ended. Fetches make no branches;
# what another git makes meanwhile is looked at when it is committed to. post-checkout.sh brings back what a crash left.
step_aside() {
    [ -z "$chained" ] && [ "${0##*/}" = reference-transaction ] || return 0
    mv -f "$0" "$paused" 2>/dev/null || return 0
    (
        trap '' HUP INT
        while is_at_work; do sleep 0.1 || sleep 1; done
        if [ -e "$0" ]; then rm -f "$paused"; else mv "$paused" "$0"; fi
        rm -f "$noted"
    ) </dev/null >/dev/null 2>&1 &
}

pid=
[ ! -f "$noted" ] || IFS= read -r pid <"$noted" || :
if [ "$pid" = "$PPID" ]; then
    step_aside
    exit 0
fi
case $input in
    *' refs/remotes/'* | *' refs/tags/'*)
        [ -d "$state/hooks" ] || mkdir -p "$state/hooks"
        printf '%s\n' "$PPID" 2>/dev/null >"$noted" || :
        ;;
esac

case $newline$input in
    *"${newline}0000000000000000000000000000000000000000"*' refs/heads/'*) ;;
    *) exit 0 ;;
esac
unknown=
while read -r old new ref; do
    branch=${ref#refs/heads/}
    case $old,$new in
        *[!0]*,* | *,*0000000000000000000000000000000000000000) continue ;;
    esac
    [ "$branch" = "$ref" ] || name_is_known || unknown=1
done <<END
$input
END
[ -z "$unknown" ] || python_hook "$PPID"
