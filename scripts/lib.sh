# What scripts/quickstart and scripts/test share. Sourced, from the top of the checkout, by bash.

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
note() { printf '   %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 3; }

# Runs a command as root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "this needs root, and there is no sudo: $*"
  fi
}

# Runs a command whose output is of interest only when it fails.
quietly() {
  local output
  output=$(mktemp)
  if ! ("$@") >"$output" 2>&1; then
    cat "$output" >&2
    rm -f "$output"
    die "failed: $*"
  fi
  rm -f "$output"
}

# Installs the packages that are missing; asks the package lists only when there is something to do.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null || die "install these Debian packages first: ${missing[*]}"
  say "installing ${missing[*]}"
  # A machine that was just started often has an apt of its own at work: its lock is waited for.
  local options=(-qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  quietly as_root apt-get "${options[@]}" update
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" -o Dpkg::Use-Pty=0 \
    install -y --no-install-recommends "${missing[@]}"
}

build_packages=(g++ cmake ninja-build ccache git ca-certificates libboost1.81-dev libboost-filesystem1.81-dev
  libboost-json1.81-dev libboost-program-options1.81-dev libyaml-cpp-dev nlohmann-json3-dev libspdlog-dev libfmt-dev libssl-dev libre2-dev doctest-dev curl dpkg-dev file)

# The first engine client that reaches an engine, or nothing.
running_engine() {
  local client
  for client in ${MILEPOST_ENGINE:-docker podman}; do
    if command -v "$client" >/dev/null && timeout 20 "$client" version >/dev/null 2>&1; then
      echo "$client"
      return
    fi
  done
}

# Makes sure that an engine runs: a running Docker or Podman is used as it is, else Docker is installed from Debian's
# packages and started. Sets `engine` to its client's name. Not for $(...): who may not use Docker yet is put into its group, and
# only a new process has a new group, so the whole script begins again.
ensure_engine() {
  local log=/tmp/milepost-dockerd.log
  engine=$(running_engine)
  [ -z "$engine" ] || return 0
  install_packages docker.io iptables
  if [ -d /run/systemd/system ]; then
    log="journalctl -u docker"
    as_root systemctl start docker || die "Docker does not start; see: $log"
  elif ! pgrep -x dockerd >/dev/null 2>&1; then
    say "starting dockerd (log: $log)"
    as_root sh -c "setsid dockerd >$log 2>&1 </dev/null &"
  fi
  for _ in $(seq 60); do
    as_root docker version >/dev/null 2>&1 && break
    sleep 1
  done
  as_root docker version >/dev/null 2>&1 || die "dockerd does not answer; see: $log"
  if ! docker version >/dev/null 2>&1; then
    [ -z "${joined_docker_group:-}" ] || die "Docker refuses $(id -un), who is in its group: $(docker version 2>&1 | tail -n 1)"
    as_root usermod -aG docker "$(id -un)"
    note "you are in the group docker now; going on with it"
    export joined_docker_group=1
    # The inner sg gives the user's own group back, with Docker's beside it: files, and the agent's gid, are not to be Docker's.
    exec sg docker -c "exec sg $(id -gn) -c $(printf '%q' "$(printf '%q ' "scripts/${0##*/}" "${script_arguments[@]}")")"
  fi
  engine=docker
}

# Configures once and builds: build DIRECTORY "TARGETS" [CMAKE OPTIONS...]; no targets: everything.
build() {
  local directory=$1 targets=$2
  shift 2
  if [ ! -f "$directory/build.ninja" ]; then
    cmake -S . -B "$directory" -G Ninja "$@" >"$directory.log" 2>&1 || { cat "$directory.log" >&2; die "cmake failed"; }
    rm -f "$directory.log"
  fi
  # A terminal gets ninja's one line of progress: minutes of silence look like a fault.
  local quiet=--quiet
  [ -t 2 ] && quiet=
  # shellcheck disable=SC2086 # several targets
  ninja -C "$directory" $quiet $targets >&2
}
