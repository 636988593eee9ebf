#!/usr/bin/env bash
# Builds what is deployed to production, and makes sure that no fault can be
# injected there. Any one of the three would do.
set -euo pipefail
cd "$(dirname "$0")"

monkeyless="${MONKEYLESS:-monkeyless}"
# Before the build, not after it.
command -v "$monkeyless" >/dev/null || {
    echo "$monkeyless is not there: cargo install --path chaos-control, or say where in MONKEYLESS" >&2
    exit 1
}

# 1. `chaos_forbid` makes our crates refuse to be compiled with injection.
# 2. `FOR_PRODUCTION` makes the assertion in src/main.rs refuse it.
#    Cargo says where it puts the program: `--target`, `--profile` and the
#    environment have a say in that.
built="$(RUSTFLAGS="${RUSTFLAGS:-} --cfg chaos_forbid" FOR_PRODUCTION=1 \
    cargo build --locked --release --message-format json-render-diagnostics "$@")"
app="$(sed -n 's/.*"name":"app".*"executable":"\([^"]*\)".*/\1/p' <<<"$built" | tail -n 1)"
[ -x "$app" ] || { echo "cargo named no program that it built" >&2; exit 1; }

# 3. The program itself is searched for what every build with injection holds.
"$monkeyless" verify "$app"

echo "would now deploy $app"
