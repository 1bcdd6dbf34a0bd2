#!/usr/bin/env bash
# Compares, writes every report into one folder, and tells the job what came out.
#
#   BRANCHLAB_BASE     branch or commit to compare with; default: the project's baseline
#   BRANCHLAB_HEAD     what is judged; default: the commit that is checked out
#   BRANCHLAB_PROJECT  folder of the project; default: .
#   BRANCHLAB_GATES    more gates, one a line: `accuracy >= 0.90`, `accuracy max_regression 1%`
#   BRANCHLAB_CHECK    `true` looks at names, records and pointers of the commits as well
#   BRANCHLAB_BRANCH   name of the branch under test, which a checkout without a branch does not tell
#   BRANCHLAB_REMOTE   where history that is lacking comes from; default: origin
#   BRANCHLAB_OUT      folder of the reports
#
# Exit code: 0 all passed, 1 a gate or check failed, 3 nothing could be compared.
set -uo pipefail

cd -- "${BRANCHLAB_PROJECT:-.}" || exit 3
out=${BRANCHLAB_OUT:-${RUNNER_TEMP:-${TMPDIR:-/tmp}}/branchlab-report}
mkdir -p "$out" || exit 3
arguments=(--fetch "${BRANCHLAB_REMOTE:-origin}" --json --md "$out/report.md" --junit "$out/junit.xml")
arguments+=(--openmetrics "$out/metrics.txt" --svg "$out")
if [ -n "${BRANCHLAB_BASE:-}" ]; then arguments+=(--base "$BRANCHLAB_BASE"); fi
if [ -n "${BRANCHLAB_HEAD:-}" ]; then arguments+=(--head "$BRANCHLAB_HEAD"); fi
while IFS= read -r gate; do
  if [[ $gate =~ [^[:space:]] ]]; then arguments+=(--gate "${gate%$'\r'}"); fi
done <<<"${BRANCHLAB_GATES:-}"

branchlab ci "${arguments[@]}" >"$out/report.json"
code=$?
field() { sed -n "s/^  \"$1\": \"\\([0-9a-z]*\\)\",\$/\\1/p" "$out/report.json" | head -n 1; }
verdict=$(field verdict)

if [ "${BRANCHLAB_CHECK:-}" = true ] && [ -n "$(field base_commit)" ]; then
  range="$(field base_commit)..$(field head_commit)"
  branchlab check "$range" ${BRANCHLAB_BRANCH:+"--branch=$BRANCHLAB_BRANCH"}
  checked=$?
  if [ "$checked" -ne 0 ] && [ "$code" -eq 0 ]; then code=$checked verdict=fail; fi
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'verdict=%s\nreports=%s\n' "${verdict:-unknown}" "$out" >>"$GITHUB_OUTPUT"
fi
echo "branchlab: ${verdict:-unknown}; reports in $out" >&2
exit "$code"
