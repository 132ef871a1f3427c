"""The JAX backend alone: one stage compiled, loaded and called."""

import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest

if importlib.util.find_spec("jax") is None and not os.environ.get("CI"):
    pytest.skip("jax is not installed", allow_module_level=True)

from placement import backends
from placement.errors import InputError

BACKEND = backends.get("jax")


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


ADD = stage(
    '%r = "stablehlo.add"(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>\n'
    '"func.return"(%r) : (tensor<4xf32>) -> ()',
    ["4xf32", "4xf32"],
    ["4xf32"],
)


def load(text, **options):
    return BACKEND.load(BACKEND.compile(text), **options)


def aligned(shape, dtype):
    """An array that XLA could use in place: it starts at a multiple of 64 bytes."""
    size = int(numpy.prod(shape)) * numpy.dtype(dtype).itemsize
    buffer = numpy.zeros(size + 64, numpy.uint8)
    start = -buffer.ctypes.data % 64
    return buffer[start : start + size].view(dtype).reshape(shape)


def test_protocols():
    assert isinstance(BACKEND, backends.Backend)
    assert isinstance(load(ADD), backends.Executable)


def test_adds():
    executable = load(ADD)
    x, y = numpy.arange(4, dtype="f"), numpy.full(4, 10, dtype="f")
    (result,) = executable([executable.put(x), executable.put(y)])
    assert executable.get(result).tolist() == [10, 11, 12, 13]


def test_artifact_runs_in_another_process(tmp_path):
    path = tmp_path / "stage"
    path.write_bytes(BACKEND.compile(ADD))
    program = (
        "import sys, numpy, pathlib\n"
        "from placement import backends\n"
        "e = backends.get('jax').load(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "x = e.put(numpy.ones(4, 'f'))\n"
        "print(e.get(e([x, x])[0]).tolist())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[2.0, 2.0, 2.0, 2.0]"


@pytest.mark.parametrize("shape", [(4,), (64, 64)])
def test_put_copies(shape):
    dims = "x".join(map(str, shape)) + "xf32"
    identity = stage(f'"func.return"(%0) : (tensor<{dims}>) -> ()', [dims], [dims])
    executable = load(identity)
    source = aligned(shape, "f")
    handle = executable.put(source)
    source[:] = 7
    (result,) = executable([handle])
    source[:] = 8
    assert not executable.get(handle).any()
    assert not executable.get(result).any()


def test_results_share_no_memory():
    """XLA hands on neither an input nor one result twice."""
    body = (
        '%r = "stablehlo.negate"(%0) : (tensor<8xf32>) -> tensor<8xf32>\n'
        '"func.return"(%0, %0, %r, %r)'
        " : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> ()"
    )
    executable = load(stage(body, ["8xf32"], ["8xf32"] * 4))
    handle = executable.put(numpy.ones(8, "f"))
    arrays = [executable.get(h) for h in [handle, *executable([handle])]]
    assert len({array.ctypes.data for array in arrays}) == 5


@pytest.mark.parametrize(
    ("element", "dtype"),
    [
        ("i1", "bool"),
        ("i8", "int8"),
        ("ui16", "uint16"),
        ("i64", "int64"),
        ("f64", "float64"),
        ("f16", "float16"),
        ("bf16", "bfloat16"),
        ("complex<f32>", "complex64"),
        ("f8E4M3FN", "float8_e4m3fn"),
    ],
)
def test_element_types_are_kept(element, dtype):
    import ml_dtypes  # noqa: F401  numpy then knows bfloat16 by name

    types = [f"3x{element}", element]
    listed = ", ".join(f"tensor<{t}>" for t in types)
    executable = load(stage(f'"func.return"(%0, %1) : ({listed}) -> ()', types, types))
    inputs = [numpy.array([0, 1, 1], dtype), numpy.array(1, dtype)]
    results = executable([executable.put(i) for i in inputs])
    for result, given in zip(results, inputs, strict=True):
        array = executable.get(result)
        assert array.dtype == given.dtype
        assert array.shape == given.shape
        assert array.tobytes() == given.tobytes()


def test_no_arguments_and_functions_that_are_called():
    text = (
        '"builtin.module"() ({\n'
        '"func.func"() <{function_type = () -> tensor<2xf32>, sym_name = "main"}> ({\n'
        '%0 = "func.call"() <{callee = @one}> : () -> tensor<2xf32>\n'
        '"func.return"(%0) : (tensor<2xf32>) -> ()\n'
        "}) : () -> ()\n"
        '"func.func"() <{function_type = () -> tensor<2xf32>, sym_name = "one",'
        ' sym_visibility = "private"}> ({\n'
        '%0 = "stablehlo.constant"() <{value = dense<1.0> : tensor<2xf32>}>'
        " : () -> tensor<2xf32>\n"
        '"func.return"(%0) : (tensor<2xf32>) -> ()\n'
        "}) : () -> ()\n}) : () -> ()"
    )
    executable = load(text)
    assert executable.get(executable([])[0]).tolist() == [1, 1]


def test_one_thread_where_jax_was_not_used_before():
    program = (
        "import os, sys, numpy\n"
        "from placement import backends\n"
        "b = backends.get('jax')\n"
        "b.load(b.compile(sys.stdin.read()), threads=int(sys.argv[1]))\n"
        "names = [open(f'/proc/self/task/{t}/comm').read().strip()"
        " for t in os.listdir('/proc/self/task')]\n"
        "print(names.count('tf_XLAEigen'), 'NPROC' in os.environ)\n"
    )
    if not os.path.exists("/proc/self/task"):
        pytest.skip("threads are counted in Linux's /proc")
    environment = {k: v for k, v in os.environ.items() if k != "NPROC"}
    for threads in "1", "3":
        run = subprocess.run(
            [sys.executable, "-c", program, threads],
            input=ADD,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.split() == [threads, "False"]


def test_loading_in_threads_leaves_the_environment_alone():
    artifact = BACKEND.compile(ADD)
    before = dict(os.environ)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: BACKEND.load(artifact), range(24)))
    assert dict(os.environ) == before


def test_wrong_inputs():
    executable = load(ADD)
    good, short = (executable.put(numpy.ones(n, "f")) for n in (4, 3))
    with pytest.raises(InputError, match="takes 2 inputs, not 1"):
        executable([good])
    with pytest.raises(InputError, match=r"input 1 .* float32\[3\], not float32\[4\]"):
        executable([good, short])
    with pytest.raises(InputError, match=r"input 0 .* int32\[4\], not float32\[4\]"):
        executable([executable.put(numpy.ones(4, "i4")), good])


def test_wrong_artifacts_and_devices():
    artifact = BACKEND.compile(ADD)
    with pytest.raises(InputError, match="no artifact of the jax backend"):
        BACKEND.load(b"\x7fELF")
    newer = artifact.replace(b'"version": 1', b'"version": 9', 1)
    with pytest.raises(InputError, match="version 9 .* reads version 1"):
        BACKEND.load(newer)
    with pytest.raises(InputError, match="no JAX device 99"):
        BACKEND.load(artifact, device=99)
    with pytest.raises(InputError, match="Failed to deserialize StableHLO"):
        BACKEND.load(artifact[:-100])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("module {", "StableHLO cannot read the stage"),
        ('"builtin.module"() ({^bb0:}) : () -> ()', "no function 'main'"),
        (stage("", ["4xf32"], []), "StableHLO cannot read the stage"),
        (
            stage('"func.return"() : () -> ()', ["?xf32"], []),
            "argument 0 of the stage has no static shape",
        ),
        (
            stage('"func.return"() : () -> ()', ["4xindex"], []),
            "argument 0 .* no array can hold elements of type 'index'",
        ),
        (
            '"builtin.module"() ({"func.func"() <{function_type = () -> (),'
            ' sym_name = "main"}> ({"test.op"() : () -> ()\n'
            '"func.return"() : () -> ()}) : () -> ()}) : () -> ()',
            "test.op|unregistered",
        ),
    ],
)
def test_texts_that_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        BACKEND.compile(text)


def test_unknown_option():
    with pytest.raises(InputError, match="takes no option 'target'"):
        BACKEND.compile(ADD, target="x")
