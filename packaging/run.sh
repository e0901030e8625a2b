#!/usr/bin/env bash
# Open the studio on a clip; where there is no display, do the same job without a window.
set -euo pipefail
cd "$(dirname "$0")/.."
clip=$1

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} || $(uname) == Darwin ]]; then
    "${PYTHON:-python3}" packaging/system_libraries.py run
    exec .venv/bin/puppetpose-studio "$clip"
fi
if [[ $clip == *.puppetpose ]]; then
    echo "A session is opened in the window, and there is no display here."
    echo "Open it where there is one, or analyse its video: .venv/bin/puppetpose analyse VIDEO --out DIR"
    exit 2
fi
echo "There is no display here: doing the same job without a window."
exec .venv/bin/puppetpose demo "$clip" --out results
