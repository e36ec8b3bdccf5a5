#!/usr/bin/env bash
# Installs what the tests need where it can, builds, runs every test. Last line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Debian packages: a browser for the journeys, strace for the crash points, documentation for real HTML pages.
# A test that lacks one says so and is counted as skipped; on CI (CI=true) lacking one is a failure.
install_packages() {
  command -v apt-get >/dev/null || { echo "no apt-get here: tests that need Debian packages will be skipped"; return; }
  local wanted=(chromium strace) missing=() package
  local pages=DataFlow.Tests/TaskTypes/Web/real-pages.txt
  mapfile -t -O "${#wanted[@]}" wanted < <(grep -v '^#' "$pages" | awk 'NF {print $1}' | sort -u)
  for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  # An image that leaves documentation out may have the package and not the page.
  local page
  while read -r package page; do
    [ -e "$page" ] || [[ " ${missing[*]} " == *" $package "* ]] || missing+=("$package")
  done < <(grep -v '^#' "$pages" | awk -F ' *[|] *' 'NF > 1 {print $1, $2}')
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && sudo=(sudo -n) || { echo "not root: not installing ${missing[*]}"; return; }
  fi
  echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # Slim images leave documentation out of every package; the pages under test are documentation.
  local keep=(-o 'DPkg::Options::=--path-include=/usr/share/doc/*' -o 'DPkg::Options::=--path-include=/usr/share/gtk-doc/*')
  # What this machine has stays: a package that would push another out is left out, and its test says so.
  local install=("${sudo[@]}" apt-get install -y -qq --reinstall --no-install-recommends --no-remove "${keep[@]}")
  "${sudo[@]}" apt-get update -qq
  "${install[@]}" "${missing[@]}" >/dev/null && return
  for package in "${missing[@]}"; do "${install[@]}" "$package" >/dev/null || echo "not installed: $package"; done
}

install_packages
dotnet build DataFlow.Web.sln --nologo -v q -clp:NoSummary || { echo "the build failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
options=(-noColor -longRunning 120)
[ "${CI:-}" = true ] && options+=(-failSkips)
artifacts/bin/DataFlow.Tests/debug/DataFlow.Tests "${options[@]}" "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

summary=$(grep -aE 'Total: [0-9]+, +Errors: ' "$log" | tail -n 1)
number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
if [ -z "$summary" ]; then
  echo "the test program ended without a summary (exit code $status)"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
total=$(number Total) failed=$(( $(number Errors) + $(number Failed) )) skipped=$(number Skipped)
notrun=$(number 'Not Run')
grep -aE '\[SKIP\]' -A 1 "$log" | grep -vE '^--$' || true
echo "$((total - failed - skipped - notrun)) passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$status" -eq 0 ]
