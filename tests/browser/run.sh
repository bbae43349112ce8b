#!/usr/bin/env bash
# Makes pages and opens them in Chromium: bash tests/browser/run.sh [path of systemic]
#
# What is missing is installed: Chromium by apt-get, axe-core and puppeteer-core (versions pinned) by npm.
set -euo pipefail
cd "$(dirname "$0")"
systemic=${1:-../../target/debug/systemic}

apt() { [ -n "${updated:-}" ] || { apt-get update -q && updated=1; }; apt-get install -y -q --no-install-recommends "$@"; }
command -v chromium >/dev/null || apt chromium
command -v npm >/dev/null || apt nodejs npm
[ -d node_modules/puppeteer-core ] && [ -d node_modules/axe-core ] || npm ci --ignore-scripts --silent

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$systemic" run ../../datasets -o "$work/out" --quiet
# The page made again is the same, to the byte.
cp "$work/out/report.html" "$work/first.html"
"$systemic" report "$work/out" --quiet
cmp "$work/first.html" "$work/out/report.html"

# 25 platforms, 40 indicators, 24 months.
mkdir "$work/large"
"$systemic" list indicators --format csv | node large.mjs > "$work/large/estimates.csv"
"$systemic" chart "$work/large/estimates.csv" --form line,small-multiples,ranked-dots -o "$work/large/figures" --quiet
"$systemic" report "$work/large" --quiet

PAGE="$work/out/report.html" LARGE="$work/large/report.html" node --test page.test.mjs
