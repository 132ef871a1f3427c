"""The IREE backend alone: one stage compiled, loaded and called."""

import importlib.util
import os
import subprocess
import sys
import threading

import numpy
import pytest

if not os.environ.get("CI"):
    for module in ("iree.compiler", "iree.runtime"):
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            pytest.skip(f"{module} is not installed", allow_module_level=True)

from placement import backends
from placement.errors import InputError, MissingExtraError

BACKEND = backends.get("iree")


def stage(body, arguments, results):
    """A stage in generic form; `body` uses %0, %1, ... as its arguments."""
    types = [f"tensor<{t}>" for t in arguments]
    names = ", ".join(f"%{i}: {t}" for i, t in enumerate(types))
    out = ", ".join(f"tensor<{t}>" for t in results)
    return (
        '"builtin.module"() ({\n'
        f'"func.func"() <{{function_type = ({", ".join(types)}) -> ({out}), '
        'sym_name = "main", sym_visibility = "public"}> ({\n'
        f"^bb0({names}):\n{body}\n"
        "}) : () -> ()\n}) : () -> ()"
    )


def binary(op, kind):
    return stage(
        f'%r = "stablehlo.{op}"(%0, %1) : (tensor<{kind}>, tensor<{kind}>) -> '
        f'tensor<{kind}>\n"func.return"(%r) : (tensor<{kind}>) -> ()',
        [kind, kind],
        [kind],
    )


ADD = binary("add", "4xf32")


@pytest.fixture(scope="module")
def artifact():
    return BACKEND.compile(ADD)


def test_protocols(artifact):
    assert isinstance(BACKEND, backends.Backend)
    assert isinstance(BACKEND.load(artifact), backends.Executable)
    assert BACKEND.device_count() == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_adds(artifact, threads):
    executable = BACKEND.load(artifact, threads=threads)
    x, y = numpy.arange(4, dtype="f"), numpy.full(4, 10, dtype="f")
    given = [executable.put(x), executable.put(y)]
    x[:] = y[:] = -1  # Both were copied.
    (result,) = executable(given)
    assert executable.get(result).tolist() == [10, 11, 12, 13]
    # Results go into calls, also of other executables on the device.
    again = BACKEND.load(artifact, threads=threads)
    (twice,) = again([result, result])
    assert again.get(twice).tolist() == [20, 22, 24, 26]
    with pytest.raises(ValueError, match="read-only"):
        again.get(twice)[0] = 1


def test_one_thread_means_one(artifact):
    before = threading.active_count(), len(os.listdir("/proc/self/task"))
    executable = BACKEND.load(artifact)
    x = executable.put(numpy.ones(4, "f"))
    executable([x, x])
    assert (threading.active_count(), len(os.listdir("/proc/self/task"))) == before


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("2x3xf64", "float64"),
        ("3xf16", "float16"),
        ("3xbf16", "bfloat16"),
        ("i64", "int64"),
        ("5xi32", "int32"),
        ("5xi8", "int8"),
        ("5xi1", "bool"),
    ],
)
def test_element_types(kind, dtype):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    dtype = numpy.dtype(getattr(ml_dtypes, dtype, dtype))
    executable = BACKEND.load(BACKEND.compile(binary("maximum", kind)))
    shape = tuple(int(size) for size in kind.split("x")[:-1])
    x = numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    (result,) = executable([executable.put(x), executable.put(numpy.zeros_like(x))])
    result = executable.get(result)
    assert result.dtype == dtype and result.shape == shape
    assert (result == x).all()


def test_results_are_new():
    text = stage(
        '%r = "stablehlo.reshape"(%0) : (tensor<4xf32>) -> tensor<2x2xf32>\n'
        '"func.return"(%0, %r) : (tensor<4xf32>, tensor<2x2xf32>) -> ()',
        ["4xf32"],
        ["4xf32", "2x2xf32"],
    )
    executable = BACKEND.load(BACKEND.compile(text))
    x = executable.put(numpy.arange(4, dtype="f"))
    for _ in range(2):
        results = [executable.get(r) for r in executable([x])]
        assert results[1].tolist() == [[0, 1], [2, 3]]
        for result in results:
            assert not numpy.shares_memory(result, executable.get(x))


def test_artifact_runs_in_another_process(artifact, tmp_path):
    """A worker runs it without the compiler."""
    path = tmp_path / "stage"
    path.write_bytes(artifact)
    program = (
        "import sys, numpy, pathlib\n"
        "from placement import backends\n"
        "e = backends.get('iree').load(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "x = e.put(numpy.ones(4, 'f'))\n"
        "print(e.get(e([x, x])[0]).tolist())\n"
        "assert 'iree.compiler' not in sys.modules and 'jax' not in sys.modules\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True
    )
    assert run.stdout == "[2.0, 2.0, 2.0, 2.0]\n", run.stderr


def test_wrong_inputs(artifact):
    executable = BACKEND.load(artifact)
    good = executable.put(numpy.ones(4, "f"))
    with pytest.raises(InputError, match="the stage takes 2 inputs, not 1"):
        executable([good])
    with pytest.raises(InputError, match=r"input 1 .* is float32\[3\], not float32\[4"):
        executable([good, executable.put(numpy.ones(3, "f"))])
    with pytest.raises(InputError, match=r"input 0 .* is int32\[4\], not float32\[4\]"):
        executable([executable.put(numpy.ones(4, "i")), good])
    with pytest.raises(InputError, match="IREE has no elements of type <U1"):
        executable.put(numpy.array(["a"]))


def test_compile_errors():
    with pytest.raises(InputError, match="takes no option 'speed' to compile; its opt"):
        BACKEND.compile(ADD, speed=3)
    with pytest.raises(InputError, match="takes or returns a tensor of ui8, and mod"):
        BACKEND.compile(binary("add", "4xui8"))
    with pytest.raises(InputError, match="flags is a list of arguments"):
        BACKEND.compile(ADD, flags="-O3")
    with pytest.raises(InputError, match="iree-compile refuses the stage: error: "):
        BACKEND.compile(ADD.replace("stablehlo.add", "stablehlo.nothing"))
    with pytest.raises(InputError, match="takes more than 0.001 s for the stage"):
        BACKEND.compile(ADD, timeout=0.001)
    assert BACKEND.compile(ADD, target="vmvx", target_cpu="generic")


def test_load_errors(artifact):
    with pytest.raises(InputError, match="this is no module of IREE"):
        BACKEND.load(b"nothing of the kind")
    with pytest.raises(InputError, match="there is no IREE device 1; the CPU is dev"):
        BACKEND.load(artifact, device=1)
    with pytest.raises(InputError, match="threads is 0; it is at least 1"):
        BACKEND.load(artifact, threads=0)
    other = BACKEND.compile(ADD.replace('"main"', '"other"'))
    with pytest.raises(InputError, match="the module has no function 'main'"):
        BACKEND.load(other)


def test_missing_packages(monkeypatch, artifact):
    """What to install, where the compiler or all of IREE is missing."""
    monkeypatch.setitem(sys.modules, "iree.compiler.tools.binaries", None)
    with pytest.raises(MissingExtraError, match=r"pip install placement\[iree\]"):
        BACKEND.compile(ADD)
    assert BACKEND.load(artifact)
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nsys.modules['iree'] = None\n"
            "from placement import backends\nbackends.get('iree')",
        ],
        capture_output=True,
        text=True,
    )
    assert "pip install placement[iree]" in run.stderr
