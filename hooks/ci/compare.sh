#!/usr/bin/env bash
# Compares, writes every report into one folder, and tells the job what came out.
#
#   BRANCHLAB_PATHS    folders of projects, one a line; default: .
#   BRANCHLAB_BASE     branch or commit to compare with; default: the project's baseline
#   BRANCHLAB_HEAD     what is judged; default: the commit that is checked out
#   BRANCHLAB_GATES    more gates, one a line: `accuracy >= 0.90`, `accuracy max_regression 1%`
#   BRANCHLAB_CHECK    `true` looks at names, records and pointers of the commits as well
#   BRANCHLAB_BRANCH   name of the branch under test, which a checkout without a branch does not tell
#   BRANCHLAB_REMOTE   where history that is lacking comes from; default: origin
#   BRANCHLAB_OUT      folder of the reports; those of the project `a/b` lie in `a/b` below it
#
# Exit code: 0 all passed, 1 a gate or check failed, 3 nothing failed and something could not be compared.
set -uo pipefail

# Names from the repository stand in the log, where GitHub would read one such as `::error::` as a command of this job.
if [ "${GITHUB_ACTIONS:-}" = true ]; then
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$token"
  trap 'echo "::$token::"' EXIT
fi

out=${BRANCHLAB_OUT:-${RUNNER_TEMP:-${TMPDIR:-/tmp}}/branchlab-report}
options=(--fetch "${BRANCHLAB_REMOTE:-origin}")
if [ -n "${BRANCHLAB_BASE:-}" ]; then options+=(--base "$BRANCHLAB_BASE"); fi
if [ -n "${BRANCHLAB_HEAD:-}" ]; then options+=(--head "$BRANCHLAB_HEAD"); fi
while IFS= read -r gate; do
  if [[ $gate =~ [^[:space:]] ]]; then options+=(--gate "${gate%$'\r'}"); fi
done <<<"${BRANCHLAB_GATES:-}"

# Prints a field of a report: a commit id, or the verdict.
field() { sed -n "s/^  \"$2\": \"\\([0-9a-z]*\\)\",\$/\\1/p" "$1/report.json" | head -n 1; }

# Prints the exit code of two together: what failed outranks what could not be looked at.
worse() {
  case " $1 $2 " in *' 1 '*) echo 1 ;; ' 0 0 ') echo 0 ;; *) echo 3 ;; esac
}

# Puts what `branchlab check` found before the report, which would look like a pass, and into the summary of the job.
add_check() {
  local reports=$1 section mark='⚠️'
  if [ "$2" -eq 1 ]; then mark='❌'; fi
  # Set in by four spaces it is code: nothing in it is markup. A summary that is too long would not be shown at all.
  section=$(printf '## %s branchlab check\n\n' "$mark" && head -n 50 -- "$reports/check.txt" | head -c 3000 | sed 's/^/    /')
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then printf '\n%s\n' "$section" >>"$GITHUB_STEP_SUMMARY"; fi
  printf '%s\n\n' "$section" | cat -- - "$reports/report.md" >"$reports/report.md.new" &&
    mv -- "$reports/report.md.new" "$reports/report.md"
}

# Compares one project and writes its reports into a folder.
compare() {
  local path=$1 reports=$2 code checked
  mkdir -p -- "$reports" || return 3
  : >"$reports/report.json"
  (
    cd -- "$path" || exit 3
    branchlab ci "${options[@]}" --json --md "$reports/report.md" --junit "$reports/junit.xml" \
      --openmetrics "$reports/metrics.txt" --svg "$reports" >"$reports/report.json"
  )
  code=$?
  if [ "${BRANCHLAB_CHECK:-}" = true ] && [ -n "$(field "$reports" base_commit)" ]; then
    local range
    range="$(field "$reports" base_commit)..$(field "$reports" head_commit)"
    (cd -- "$path" && branchlab check "$range" ${BRANCHLAB_BRANCH:+"--branch=$BRANCHLAB_BRANCH"}) >"$reports/check.txt"
    checked=$?
    cat -- "$reports/check.txt"
    if [ "$checked" -ne 0 ]; then add_check "$reports" "$checked"; fi
    code=$(worse "$code" "$checked")
  fi
  echo "branchlab: $path: exit code $code; reports in $reports" >&2
  return "$code"
}

worst=0
while read -r path; do
  path=${path%$'\r'}
  if [[ ! $path =~ [^[:space:]] ]]; then continue; fi
  case /$path/ in
    */../* | //*) echo "branchlab: $path leads out of the repository" >&2 && exit 2 ;;
    /./) reports=$out ;;
    *) reports=$out/$path ;;
  esac
  compare "$path" "$reports"
  code=$?
  worst=$(worse "$worst" "$code")
done <<<"${BRANCHLAB_PATHS:-.}"

case $worst in 0) verdict=pass ;; 1) verdict=fail ;; *) verdict=unknown ;; esac
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'verdict=%s\nreports=%s\n' "$verdict" "$out" >>"$GITHUB_OUTPUT"
fi
exit "$worst"
