# Features a test may ask for:
#   mlir     the MLIR side was built
#   shared   real models and workloads lie beside the checkout (%shared)
#   jax      the packages of test/Integration are in .venv (%jax-python)
#   asan     a sanitizer build, where time and memory limits mean nothing
# PLACEMENT_VERIFY_ROUNDTRIP in the environment makes every placement-opt also
# print its IR in all forms and read it back.
import os
import subprocess

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "placement"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Models", "Workloads", "Unit", "Benchmark"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.placement_obj_root, "test")

llvm_config.with_system_environment(
    [
        "HOME",
        "TMP",
        "TEMP",
        "ASAN_OPTIONS",
        "LSAN_OPTIONS",
        "UBSAN_OPTIONS",
        "LLVM_PROFILE_FILE",
        "CCACHE_DIR",
    ]
)
llvm_config.use_default_substitutions()
# split-file and other tools of LLVM that have no substitution of their own.
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)

config.substitutions.append(("%root", config.placement_src_root))
config.substitutions.append(("%bin", os.path.join(config.placement_obj_root, "bin")))
config.substitutions.append(
    ("%plugin", os.path.join(config.placement_obj_root, "lib", "PlacementPlugin.so"))
)
config.substitutions.append(("%python", config.python))
shared = os.path.normpath(os.path.join(config.placement_src_root, "..", "shared"))
config.substitutions.append(("%shared", shared))
if os.path.isdir(os.path.join(shared, "models")):
    config.available_features.add("shared")
else:
    lit_config.note(
        "no real models and workloads at ../shared: tests that "
        "need them are unsupported"
    )
jax_python = os.path.join(config.placement_src_root, ".venv", "bin", "python")
find_jax = "import importlib.util as u; raise SystemExit(not u.find_spec('jax'))"
if (
    os.path.exists(jax_python)
    and subprocess.run([jax_python, "-c", find_jax]).returncode == 0
):
    config.available_features.add("jax")
    config.substitutions.append(("%jax-python", jax_python))
else:
    lit_config.note(
        "no jax in .venv (tools/dev/setup.sh installs it): tests "
        "that need it are unsupported"
    )
if config.placement_enable_mlir:
    config.available_features.add("mlir")
if config.placement_sanitize:
    config.available_features.add("asan")
    # MLIR's allocators poison their memory in our instrumented code and write to
    # it from the library, which is not instrumented.
    config.environment.setdefault("ASAN_OPTIONS", "allow_user_poisoning=0")

opt_arguments = []
if os.environ.get("PLACEMENT_VERIFY_ROUNDTRIP"):
    opt_arguments.append("--verify-roundtrip")
tools = [
    ToolSubst("placement-opt", extra_args=opt_arguments, unresolved="ignore"),
    ToolSubst("placement-solve", unresolved="ignore"),
    ToolSubst("placement-worker", unresolved="ignore"),
    ToolSubst("placement-faulty-worker", unresolved="ignore"),
    # The stock one, for the plugin.
    ToolSubst("mlir-opt", unresolved="ignore"),
]
llvm_config.add_tool_substitutions(
    tools, [os.path.join(config.placement_obj_root, "bin"), config.llvm_tools_dir]
)
