#!/usr/bin/env bash
# All tests, from nothing: on a Debian with Rust and git this installs what else is needed, then runs
# formatting, lints, unit and documentation tests, the documentation, the licences and the browser tests.
# It stops at the first failure and says which step it was. Everything is served on loopback.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step="start"
began=$SECONDS
failed() {
  local code=$?
  if [ "$code" -ne 0 ]; then
    echo >&2
    echo "FAILED at: $step (exit $code)" >&2
  fi
}
trap failed EXIT

# say WORDS: the next step begins.
say() {
  step=$1
  echo
  echo "== $step ($((SECONDS - began)) s)"
}

# within SECONDS COMMAND...: no step lasts for ever; what it started ends with it.
within() {
  local limit=$1
  shift
  timeout --kill-after=20 "$limit" "$@"
}

# apt WORDS...: as root, within ten minutes.
apt() {
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  within 600 "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}

say "what the tests need"
missing=()
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || missing+=(chromium)
[ -d /usr/share/fonts/opentype/noto ] && ls /usr/share/fonts/opentype/noto/*CJK* >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
command -v cc >/dev/null || missing+=(build-essential)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "please install: ${missing[*]}" >&2; exit 1; }
  echo "installing ${missing[*]}"
  apt update
  apt install -y --no-install-recommends "${missing[@]}"
fi
node_major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$node_major" -lt 18 ]; then
  echo "Node $(node --version) is too old: the browser tests need 18 or later" >&2
  exit 1
fi
echo "$(cargo --version), node $(node --version), npm $(npm --version 2>/dev/null)"

say "cargo fmt --check"
cargo fmt --all --check

say "cargo clippy, warnings denied"
within 2400 cargo clippy --quiet --workspace --all-targets --locked -- -D warnings

say "cargo test"
if cargo nextest --version >/dev/null 2>&1; then
  within 3600 cargo nextest run --workspace --locked
else
  within 3600 cargo test --workspace --locked --quiet --lib --bins --tests --examples
fi

say "documentation tests"
within 1800 cargo test --workspace --locked --quiet --doc

say "cargo doc, warnings denied"
RUSTDOCFLAGS="-D warnings" within 1800 cargo doc --quiet --workspace --no-deps --locked

say "licences and advisories"
if cargo deny --version >/dev/null 2>&1; then
  within 300 cargo deny --locked check
else
  echo "cargo-deny is not installed: skipped (cargo install --locked cargo-deny takes some minutes)"
fi

say "the program"
within 2400 cargo build --quiet --locked -p xiaoneng

say "browser tests"
(cd tests/browser && within 300 npm ci --silent)
within 1500 node tests/browser/run.mjs

say "all passed"
