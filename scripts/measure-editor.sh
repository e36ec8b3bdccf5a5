#!/usr/bin/env bash
# Measures the editor on a Release build, in Chromium: measure-editor.sh [TASKS], by default 300. Prints figures; nothing is asserted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
playwright="$PWD/artifacts/bin/DataFlow.Tests/debug/.playwright"
[ -d "$playwright" ] || dotnet build DataFlow.Tests --nologo -v q -clp:NoSummary
dotnet publish DataFlow.Web -c Release --nologo -v q -o artifacts/measured
folder=$(mktemp -d)
port=${PORT:-5399}
(cd "$folder" && exec dotnet "$OLDPWD/artifacts/measured/DataFlow.Web.dll" --urls "http://127.0.0.1:$port" >"$folder/log" 2>&1) &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
until curl -sf -o /dev/null "http://127.0.0.1:$port/"; do kill -0 $server || { cat "$folder/log" >&2; exit 1; }; sleep 0.2; done
"$playwright"/node/*/node scripts/measure-editor.js "$playwright/package" "http://127.0.0.1:$port" "${1:-300}"
