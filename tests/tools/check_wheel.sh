#!/usr/bin/env bash
# Builds the Python wheel with maturin (PyPI), installs it into an empty environment and runs what is in it.
#
#   check_wheel.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
tools="${CI_TOOLS_DIR:-$root/target/ci-tools}"
mkdir -p "$tools/wheel"
tools=$(cd "$tools/wheel" && pwd)
if [ ! -x "$tools/venv/bin/maturin" ]; then
  python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
"$tools/venv/bin/maturin" build --locked --release --quiet --compatibility linux --out "$work/dist"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$work"/dist/*.whl
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
"$work/venv/bin/aem-ims-lint" --version | grep -F "$version"
code=0
"$work/venv/bin/aem-ims-lint" check fixtures/demo --quiet || code=$?
[ "$code" = 1 ] || { echo "check_wheel: ended with $code, not 1" >&2; exit 1; }
echo "check_wheel: ok"
