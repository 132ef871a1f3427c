//===- FindWorker.cpp - Looks for the program of the workers --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProcess.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <unistd.h>

using namespace placement::solver::external;
namespace fs = std::filesystem;

namespace {

constexpr const char *kProgram = "placement-worker";

bool isProgram(const fs::path &path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

std::string placement::solver::external::findWorker(const std::string &option,
                                                    std::string &reason) {
  reason.clear();
  const char *variable = std::getenv("PLACEMENT_WORKER");
  bool fromVariable = option.empty() && variable && *variable;
  if (!option.empty() || fromVariable) {
    std::string named = fromVariable ? variable : option;
    if (isProgram(named))
      return named;
    reason = "'" + named + "'" +
             (fromVariable ? ", which PLACEMENT_WORKER names," : "") +
             " is no program that can be run";
    return {};
  }

  std::error_code error;
  std::vector<fs::path> folders;
  // The library that holds this function: for a native module of Python, what
  // its environment installed, not what lies beside the interpreter. From
  // lib/python3.11/site-packages/placement the programs are four folders up.
  Dl_info info;
  if (::dladdr(reinterpret_cast<const void *>(&findWorker), &info) != 0 &&
      info.dli_fname) {
    fs::path library = fs::canonical(info.dli_fname, error);
    if (!error) {
      fs::path folder = library.parent_path();
      folders.push_back(folder);
      for (int i = 0; i < 4; ++i)
        folder = folder.parent_path();
      folders.push_back(folder / "bin");
    }
  }
  fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back(self.parent_path());
    folders.push_back(self.parent_path().parent_path() / "libexec" /
                      "placement");
  }
  for (const fs::path &folder : folders)
    if (fs::path program = folder / kProgram; isProgram(program))
      return program.string();
  reason = "the program placement-worker, which runs other solvers, is not "
           "beside this program; build it, or name it with PLACEMENT_WORKER";
  return {};
}
