#!/usr/bin/env bash
# Makes `branchlab` available in a CI job. Nothing to do where it is on the PATH already, as in an image of your own.
#
#   BRANCHLAB_REQUIREMENT  what pip installs, such as `branchlab==0.1.0`; default: the checkout that this file lies in
#   PYTHON                 which Python to use; default: python3, else python
set -euo pipefail

if command -v branchlab >/dev/null && [ -z "${BRANCHLAB_REQUIREMENT:-}" ]; then
  branchlab --version
  exit 0
fi
python=${PYTHON:-$(command -v python3 || command -v python || true)}
if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "branchlab needs Python 3.11 or newer in this job: set it up first, or name one in PYTHON" >&2
  exit 3
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/branchlab-venv
# Reports read git and nothing else: five packages instead of a hundred, seconds instead of minutes.
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
  "${BRANCHLAB_REQUIREMENT:-$here}" rtoml tomli-w ruamel.yaml numpy scipy
if [ -n "${GITHUB_PATH:-}" ]; then
  echo "$venv/bin" >>"$GITHUB_PATH"
fi
"$venv/bin/branchlab" --version
