#!/usr/bin/env bash
# Tests the HTML pages in a real Chromium: check_html.sh BINARY [SCREENSHOT_DIRECTORY]
#
# The pages are created from the demo project and from a tree with hostile file names. Chromium must be installed
# ($CHROMIUM, or `chromium` in the path).
set -euo pipefail
# shellcheck source=tests/tools/tools.sh
source "$(dirname "$0")/tools.sh"
here="$root/tests/tools"
binary=$(realpath "$1")
screenshots=${2:+$(realpath -m "$2")}
CHROMIUM="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}"
[ -x "$CHROMIUM" ] || { echo "Chromium is needed" >&2; exit 1; }
export CHROMIUM

# Modules are looked for beside the script that names them.
pages="$tools/node"
cp "$here/html_filters.mjs" "$here/html_inventory.mjs" "$pages/"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/hostile_names.py" "$work/input"
cd "$root"
"$binary" check --format html --output "$work/demo.html" fixtures/demo || [ $? = 1 ]
"$binary" inventory --format html --output "$work/inventory.html" fixtures/demo
# The overview of three instances, each with its own integration.
for environment in dev stage prod; do
  mkdir -p "$work/exports/$environment"
  find fixtures/demo -name '*accesstoken.provider*' -type f -exec cp {} "$work/exports/$environment/" \;
done
rm "$(find "$work/exports/dev" -type f | sort | head -n 1)"
sed -i 's#/ims/exchange/jwt#/ims/token/v3#' "$work"/exports/dev/*
"$binary" inventory --isolated --format html --output "$work/overview.html" --instance "dev/author=$work/exports/dev" \
  --instance "stage/author=$work/exports/stage" --instance "prod/author=$work/exports/prod"
(cd "$work/input" && "$binary" check --format html --output "$work/hostile.html" tree packages) || [ $? = 1 ]
node "$pages/html_filters.mjs" "$work/demo.html" ${screenshots:+"$screenshots/demo"}
node "$pages/html_filters.mjs" "$work/inventory.html" ${screenshots:+"$screenshots/inventory"}
node "$pages/html_filters.mjs" "$work/hostile.html" ${screenshots:+"$screenshots/hostile"}
node "$pages/html_inventory.mjs" "$work/overview.html" ${screenshots:+"$screenshots/overview"}
