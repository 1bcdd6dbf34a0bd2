# $input has a line for each ref that goes out: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID. A deletion has the id 0.
pushed=
while read -r _ id _; do
    case $id in *[!0]*) pushed=1 ;; esac
done <<END
$input
END
[ -z "$pushed" ] || python_hook "$@"
