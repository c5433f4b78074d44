#!/usr/bin/env bash
# Measures the library's training step on this machine's GPU beside the same network in PyTorch, eager and compiled. Needs Linux on x64, g++ and a
# Python with PyTorch (variable PYTHON; default python3); no .NET. Without a GPU it tries a small network on the CPU.
#   ./run.sh [BATCH ...]          batch sizes in ascending order; by default 128 256 512 1024 on a GPU
# Compiles the bridge to PyTorch's libtorch first. The figures are printed last and kept in bench/results/device.json.
set -euo pipefail

# The interpreter's full path: a relative one means something else after the change of folder. The last line, as imports may warn before it.
if ! said="$("${PYTHON:-python3}" -c 'import sys, torch; print(sys.executable)' 2>&1)"; then
    echo "run.sh: ${PYTHON:-python3} cannot import torch (${said##*$'\n'}); name a Python with PyTorch in the variable PYTHON." >&2
    exit 1
fi
export PYTHON="${said##*$'\n'}"
command -v g++ > /dev/null || { echo "run.sh: there is no g++; install it (Debian: apt-get install g++)." >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")"

{ read -r torch; read -r version; read -r abi; read -r standard; } < <("$PYTHON" - <<'PYTHON'
import os
import torch
newer = tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (2, 11)
print(os.path.dirname(torch.__file__), torch.__version__, int(torch.compiled_with_cxx11_abi()), "c++20" if newer else "c++17", sep="\n")
PYTHON
)
flags=("-std=$standard" "-D_GLIBCXX_USE_CXX11_ABI=$abi" "-L$torch/lib" "-Wl,-rpath,$torch/lib" -Wl,--no-as-needed)
# A distribution's PyTorch has its headers among the system's.
[ -d "$torch/include" ] && flags+=("-I$torch/include" "-I$torch/include/torch/csrc/api/include")
# Loading these registers the CUDA operators; the bridge names nothing of them.
[ -e "$torch/lib/libtorch_cuda.so" ] && flags+=(-ltorch_cuda -lc10_cuda)

state="$version ${flags[*]}"
if [ ! -e app/libTorchShim.so ] || [ "$(cat app/libTorchShim.txt 2> /dev/null)" != "$state" ]; then
    echo "Compiling the bridge to libtorch $version ($torch) ..."
    g++ -w -O2 -fPIC -shared -fvisibility=hidden shim/torch_shim.cpp -o app/libTorchShim.so "${flags[@]}" -ltorch -ltorch_cpu -lc10
    echo "$state" > app/libTorchShim.txt
fi

mkdir -p bench/results
exec app/Bench device --save "$@"
