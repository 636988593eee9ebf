#!/usr/bin/env bash
# What `deploy.sh` promises, tried: a build without faults passes, one with
# them is refused, and found out if it comes that far. For CI.
set -euo pipefail
cd "$(dirname "$0")"

monkeyless="${MONKEYLESS:-monkeyless}"
target="${CARGO_TARGET_DIR:-target}"
specs='[{"id": "down", "enabled": true, "target": {"host": "shop.example"},
         "fault": {"status": 503}, "when": {"rate": "100%"}}]'

# Runs what must fail, and shows what it said.
refused() { if said="$("$@" 2>&1)"; then echo "not refused: $*" >&2; exit 1; fi; }
# What the last program said must have this in it.
says() { [[ "$said" == *"$1"* ]] || { printf '%s\nlacks: %s\n' "$said" "$1" >&2; exit 1; }; }

./deploy.sh
triple="$(rustc -vV | sed -n 's/^host: //p')"
said="$(./deploy.sh --target "$triple")"
says "/$triple/release/app"
said="$(CHAOS_SPECS="$specs" "$target/release/app")"
says "faults can be injected: false; compiled out"

# With the feature: refused by the assertion, and found by the search. (That
# the crates refuse `chaos_forbid` is tested with them.)
FOR_PRODUCTION=1 refused cargo build --quiet --locked --features chaos
says "built for production with the feature"
cargo build --quiet --locked --features chaos
refused "$monkeyless" verify "$target/debug/app"
says "can inject faults"

# And there it works.
said="$(CHAOS_SPECS="$specs" "$target/debug/app" http://shop.example/)"
says "http://shop.example/: 503"
echo "deploy.sh keeps what it promises"
