#!/usr/bin/env bash
# Kills the server at each of its writes to the disk in turn and checks what is left: crash-points.sh [FROM [TO]], by default 1 to 200.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v strace >/dev/null || { echo "strace is not installed" >&2; exit 2; }
export CHAOS_CRASH_POINTS="${1:-1}-${2:-${1:-200}}"
dotnet build DataFlow.Tests --nologo -v q -clp:NoSummary
exec artifacts/bin/DataFlow.Tests/debug/DataFlow.Tests -noColor -failSkips -class DataFlow.Tests.Chaos.CrashPointTests
