#!/usr/bin/env bash
# scripts/lib.sh gets an engine running for a user with sudo who may not use Docker yet: the script begins again in Docker's group,
# once, wherever it was started from. Stand-ins play the engine and the programs of the system.
#
#   ensure_engine_test.sh SOURCE_DIRECTORY
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "FAILED: $*; it said:" >&2; cat "$scratch/said" >&2; exit 1; }

mkdir -p "$scratch/bin" "$scratch/checkout/scripts"
cp "$1/scripts/lib.sh" "$scratch/checkout/scripts/"
program() { { echo '#!/bin/bash'; cat; } >"$scratch/bin/$1"; chmod +x "$scratch/bin/$1"; }
program id <<<'[ "$1" = -u ] && echo 1234 || echo somebody'
program dpkg-query <<<'echo install ok installed'
program pgrep <<<'exit 0'
program systemctl <<<'exit 0'
program usermod <<<'echo "usermod $*"'
program sudo <<<'as_root=1 exec "$@"'
program docker <<<'[ -n "${as_root:-}${in_group:-}" ] || { echo "permission denied" >&2; exit 1; }'
cat >"$scratch/checkout/scripts/starts" <<'SCRIPT'
#!/bin/bash
set -euo pipefail
cd "$(dirname "$0")/.."
script_arguments=("$@")
. scripts/lib.sh
ensure_engine
echo "engine=$engine arguments=$*"
SCRIPT
chmod +x "$scratch/checkout/scripts/starts"
start() { (cd "$scratch/checkout/scripts" && PATH=$scratch/bin:$PATH MILEPOST_ENGINE=docker bash ./starts "two words" >"$scratch/said" 2>&1); }

program sg <<<'in_group=1 exec bash -c "$3"'
start || fail "who joins the group goes on"
[ "$(grep -c '^usermod -aG docker somebody$' "$scratch/said")" = 1 ] || fail "the user joins the group, once"
[ "$(grep '^engine=' "$scratch/said")" = "engine=docker arguments=two words" ] || fail "the script goes on once, with its arguments"

program sg <<<'exec bash -c "$3"'
! start || fail "a group that gives nothing is an error"
grep -q '^error: Docker refuses somebody, who is in its group: permission denied' "$scratch/said" || fail "the error says who and why"
! grep -q '^engine=' "$scratch/said" || fail "nothing goes on without an engine"
