#!/usr/bin/env bash
# The package installs on a clean Debian 12 with its dependencies, works there, and runs the demonstration against this machine's
# engine.
#
#   package_test.sh CPACK BUILD_DIRECTORY
set -euo pipefail
cpack=$1 build=$2
source=$(cd "$(dirname "$0")/../.." && pwd)

scratch=$(mktemp -d)
name=milepost-package-test-$$
engine=
cleanup() {
  [ -z "$engine" ] || "$engine" rm -f "$name" >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap cleanup EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() {
  [ "${MILEPOST_TEST_REQUIRE_ENGINE:-}" != 1 ] || fail "$*"
  echo "SKIPPED: $*" >&2
  exit 77
}

for candidate in ${MILEPOST_TEST_ENGINE:-docker podman}; do
  if timeout 20 "$candidate" version >/dev/null 2>&1; then engine=$candidate; break; fi
done
[ -n "$engine" ] || skip "no container engine answers"
base=
for candidate in debian:bookworm-slim milepost-base:bookworm localhost/milepost-base:bookworm; do
  if "$engine" image inspect "$candidate" >/dev/null 2>&1; then base=$candidate; break; fi
done
[ -n "$base" ] || skip "no Debian 12 image; scripts/base-image makes one"

(cd "$build" && "$cpack" -G DEB -B "$scratch" >"$scratch/cpack.log" 2>&1) || { cat "$scratch/cpack.log"; fail "cpack"; }
package=$(echo "$scratch"/milepost_*.deb)
[ -f "$package" ] || fail "cpack made no package"

control=$(dpkg-deb --field "$package")
for words in "Package: milepost" "libc6 (>= 2." "libstdc++6" "libyaml-cpp" "git (>= 1:2.34)" "Recommends: docker.io | podman"; do
  grep -qF -- "$words" <<<"$control" || fail "the control file lacks '$words': $control"
done
contents=$(dpkg-deb --contents "$package")
for file in bin/milepost lib/milepost/milepost-supervisor lib/milepost/milepost-script-harness share/man/man1/milepost.1 \
  share/milepost/deploy/coding-agent/Dockerfile share/milepost/deploy/demo/M1_greeting.md \
  share/bash-completion/completions/milepost share/zsh/vendor-completions/_milepost \
  share/fish/vendor_completions.d/milepost.fish; do
  grep -q " \./usr/$file$" <<<"$contents" || fail "the package lacks /usr/$file"
done
grep -v ' root/root ' <<<"$contents" && fail "the package has files that belong to somebody else"
echo "package: $(basename "$package"), $(stat -c %s "$package") bytes"

# Dependencies come from where this machine has its packages. The engine of this machine sees the demonstration at the same path.
variables=()
for variable in http_proxy https_proxy no_proxy; do
  [ -z "${!variable:-}" ] || variables+=(--env "$variable=${!variable}")
done
mounts=(--mount "type=bind,source=$scratch,target=$scratch")
for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/trusted.gpg.d /etc/ssl/certs; do
  [ ! -e "$path" ] || mounts+=(--mount "type=bind,source=$path,target=$path,readonly")
done
[ -e /etc/apt/sources.list ] || mounts+=(--mount type=bind,source=/dev/null,target=/etc/apt/sources.list,readonly)
socket=/var/run/docker.sock
[ "$engine" = docker ] && [ -S "$socket" ] && mounts+=(--mount "type=bind,source=$socket,target=$socket")
"$engine" run -d --name "$name" --network host "${variables[@]}" "${mounts[@]}" "$base" sleep 800 >/dev/null
inside() { "$engine" exec "$name" sh -euc "$1"; }

inside "export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  apt-get install -y -qq --no-install-recommends '$package' >'$scratch/apt.log' 2>&1" ||
  { tail -20 "$scratch/apt.log" 2>/dev/null; fail "the package does not install"; }

# A newcomer's home, where the engine finds it too.
home="HOME=$scratch/home; export HOME; mkdir -p \$HOME"
version=$(inside "$home; milepost --version")
[[ $version == milepost\ * ]] || fail "milepost --version says '$version'"
inside "$home; ldd /usr/bin/milepost | grep 'not found'" && fail "libraries are missing"
inside "$home; milepost plan /usr/share/milepost/deploy/demo/M1_greeting.md" | grep -q greeting || fail "milepost plan"
inside "$home; milepost completion bash | cmp - /usr/share/bash-completion/completions/milepost" || fail "completions"
inside "$home; cd $scratch && git init -q empty && milepost doctor -C empty --check git --check state-directory" || fail "milepost doctor"
echo "the package works on a clean Debian 12: $version"

[ -S "$socket" ] && [ "$engine" = docker ] && "$engine" image inspect milepost-agent:latest >/dev/null 2>&1 ||
  { echo "the demonstration was not run: it needs Docker's socket and the agent image"; exit 0; }
# The client of Debian is what the package recommends; the programs that a container mounts are seen by the engine at this path.
inside "export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends docker.io >'$scratch/apt.log' 2>&1
  cp -r /usr/lib/milepost $scratch/programs"
inside "$home; export MILEPOST_LIBEXEC=$scratch/programs CI=1
  git config --global user.name demo; git config --global user.email demo@example.com; git config --global --add safe.directory '*'
  mkdir $scratch/demo && cd $scratch/demo && git init -q -b main
  cp /usr/share/milepost/deploy/demo/M1_greeting.md . && git add . && git commit -qm 'plan: a greeting program'
  milepost run M1_greeting.md --engine docker --harness script --verify 'test ! -e test.sh || ./test.sh'" >"$scratch/demo.log" 2>&1 ||
  { tail -30 "$scratch/demo.log"; fail "the demonstration"; }
[ "$(git -C "$scratch/demo" -c safe.directory='*' rev-list --count HEAD)" -gt 1 ] || fail "the demonstration committed nothing"
echo "the demonstration ran from the package"
