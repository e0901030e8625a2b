#!/usr/bin/env bash
# Open the studio on a clip; where there is no display, do the same job without a window.
set -euo pipefail
cd "$(dirname "$0")/.."
clip=$1

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} || $(uname) == Darwin ]]; then
    "${PYTHON:-python3}" packaging/system_libraries.py run
    exec .venv/bin/puppetpose-studio "$clip"
fi
echo "There is no display here: doing the same job without a window."
exec .venv/bin/puppetpose demo "$clip" --out results
