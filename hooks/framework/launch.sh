#!/bin/sh
# Runs one check of branchlab for the pre-commit framework, out of the clone that the framework made: `name` and `files`
# need a Python 3.11 or newer and nothing installed, `check` needs branchlab itself.

if [ "$1" = check ]; then
    if ! command -v branchlab >/dev/null 2>&1; then
        echo 'branchlab: error: branchlab is not on the PATH. hint: pip install branchlab, or SKIP=branchlab-check' >&2
        exit 1
    fi
    # The framework tells a push by these two; by hand it is the branch that is checked out.
    branch=${PRE_COMMIT_REMOTE_BRANCH#refs/heads/}
    exec branchlab check ${branch:+--branch "$branch"} "${PRE_COMMIT_TO_REF:-HEAD}"
fi

root=${0%/*}/../..
# 77: too old. The two folders hold all that is imported; -I and -S keep out everything else.
program='import sys
if sys.version_info < (3, 11):
    sys.exit(77)
sys.path[:0] = sys.argv[1:3]
from branchlab_hooks.framework import main
sys.exit(main(sys.argv[3:]))'

for python in python3 python3.14 python3.13 python3.12 python3.11; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -I -S -c "$program" "$root/src" "$root/hooks" "$@"
    status=$?
    case $status in
        77 | 126 | 127) ;; # another version, or a version manager without one
        *) exit "$status" ;;
    esac
done
echo "branchlab: error: no Python 3.11 or newer is on the PATH. hint: install one, or SKIP=branchlab-$1" >&2
exit 1
