#!/usr/bin/env bash
# Builds what is deployed to production, and makes sure that no fault can be
# injected there. Any one of the three would do.
set -euo pipefail
cd "$(dirname "$0")"

monkeyless="${MONKEYLESS:-monkeyless}"
target="${CARGO_TARGET_DIR:-target}"
# Before the build, not after it.
command -v "$monkeyless" >/dev/null || {
    echo "$monkeyless is not there: cargo install --path chaos-control, or say where in MONKEYLESS" >&2
    exit 1
}

# 1. `chaos_forbid` makes our crates refuse to be compiled with injection.
# 2. `FOR_PRODUCTION` makes the assertion in src/main.rs refuse it.
RUSTFLAGS="${RUSTFLAGS:-} --cfg chaos_forbid" FOR_PRODUCTION=1 cargo build --locked --release "$@"

# 3. The program itself is searched for what every build with injection holds.
"$monkeyless" verify "$target/release/app"

echo "would now deploy $target/release/app"
