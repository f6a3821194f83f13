#!/usr/bin/env bash
# package.sh TARGET BINARIES DIST: the archive of a release and its checksum, as .github/action/install.sh expects them.
set -euo pipefail
target="$1" binaries="$2" dist="$3"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
archive="aem-ims-lint-$version-$target.tar.gz"
program=aem-ims-lint
[ -f "$binaries/$program" ] || program=aem-ims-lint.exe

stage=$(mktemp -d)
mkdir -p "$stage/completions" "$dist"
cp "$binaries/$program" README.md CHANGELOG.md LICENSE LICENSE-APACHE LICENSE-MIT "$stage"
# A binary for another processor cannot be run here to print its manual.
if "$binaries/$program" --version >/dev/null 2>&1; then
  "$binaries/$program" man >"$stage/aem-ims-lint.1"
  for shell in bash zsh fish powershell; do
    "$binaries/$program" completions "$shell" >"$stage/completions/aem-ims-lint.$shell"
  done
fi
tar -czf "$dist/$archive" -C "$stage" .
rm -r "$stage"
cd "$dist"
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
