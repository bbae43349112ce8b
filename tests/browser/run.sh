#!/usr/bin/env bash
# Makes pages and opens them in Chromium: bash tests/browser/run.sh [path of systemic]
#
# What is missing is installed: Chromium by apt-get; axe-core, puppeteer-core, Vega and Vega-Lite (versions pinned) by npm.
set -euo pipefail
cd "$(dirname "$0")"
systemic=${1:-../../target/debug/systemic}

apt() { [ -n "${updated:-}" ] || { apt-get update -q && updated=1; }; apt-get install -y -q --no-install-recommends "$@"; }
command -v chromium >/dev/null || apt chromium
command -v npm >/dev/null || apt nodejs npm
[ -d node_modules/puppeteer-core ] && [ -d node_modules/axe-core ] && [ -d node_modules/vega-lite ] || npm ci --ignore-scripts --silent

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

# Specifications in Vega-Lite of every chart form: those that are offered, and those that ask for a choice.
estimates="$work/out/estimates.parquet"
specs="$work/specs"
vega() { "$systemic" chart "$1" --format vega -o "$specs/$2" --quiet "${@:3}"; }
vega "$estimates" all
vega "$estimates" column --indicator statement-count,moderation-latency,time-to-relisting --preset column
vega "$estimates" square --indicator statement-count,moderation-latency,category-mix --preset square
vega "$estimates" calendar --indicator statement-count --form calendar --highlight Flimmerix,Bazaria
vega "$estimates" steps --indicator penalty-escalation-adherence --form escalation-steps --group step
vega "$estimates" equality --indicator tr-sor-reconciliation --form equality-plot
"$systemic" compare peers "$estimates" --indicator illegal-ground-share -o "$work/peers.csv" --figures "$work/peers" --quiet
for rows in "$work"/peers/*funnel-plot.csv; do vega "$rows" "funnel-$(basename "$rows" .csv)" --form funnel-plot; done
FORMS=$("$systemic" list charts --format csv | tail -n +2 | cut -d, -f1) SPECS="$specs" node --test vega.test.mjs

# A page whose figures are of forms that the large page has not.
mkdir "$work/forms"
cp "$estimates" "$work/forms/estimates.parquet"
draw() { "$systemic" chart "$estimates" -o "$work/forms/figures" --quiet "$@"; }
draw --indicator statement-count --form calendar --highlight Flimmerix,Bazaria
draw --indicator category-mix --form stacked-shares
draw --indicator moderation-latency --form latency-profile
draw --indicator offence-concentration-gini --form lorenz-curve
draw --indicator tr-sor-reconciliation --form dumbbell
"$systemic" report "$work/forms" --quiet

PAGE="$work/out/report.html" LARGE="$work/large/report.html" FORMS_PAGE="$work/forms/report.html" node --test page.test.mjs
