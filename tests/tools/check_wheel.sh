#!/usr/bin/env bash
# Builds the Python wheel with maturin (PyPI), installs it into an empty environment and runs its program.
#
#   check_wheel.sh
set -euo pipefail
# shellcheck source=tests/tools/tools.sh
source "$(dirname "$0")/tools.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "check_wheel: $*" >&2
  exit 1
}
cd "$root"
# What it packs is what the release build has left.
export CARGO_TARGET_DIR="$root/target"
"$venv/maturin" build --locked --release --quiet --compatibility linux --out "$work/dist"
wheels=("$work"/dist/*.whl)
[ ${#wheels[@]} = 1 ] || fail "not one wheel: ${wheels[*]}"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)

# runs COMMAND…: the program in the wheel, started by COMMAND, prints its version and finds the problems of the demo.
runs() {
  local code=0
  "$@" --version | grep -F "$version" || fail "$* tells another version"
  "$@" check fixtures/demo --quiet || code=$?
  [ "$code" = 1 ] || fail "$* ended with $code, not 1"
}
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "${wheels[@]}"
runs "$work/venv/bin/aem-ims-lint"
export UV_CACHE_DIR="$work/uv" PIPX_HOME="$work/pipx" PIPX_BIN_DIR="$work/bin"
runs "$venv/uvx" --quiet --offline --no-index --from "${wheels[0]}" aem-ims-lint
runs "$venv/pipx" run --quiet --spec "${wheels[0]}" aem-ims-lint
echo "check_wheel: ok"
