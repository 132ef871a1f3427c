//===- ComparisonFiles.cpp - Names and expert plans of instances ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/ComparisonFiles.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <sys/stat.h>

namespace placement::solver {

namespace {

constexpr std::string_view kSuffix = ".json";
constexpr std::string_view kTraining = "_training";
/// Folders above the instance in which to look.
constexpr int kLevels = 3;

/// The part behind the last slash begins here.
size_t baseOf(const std::string &path) {
  size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? 0 : slash + 1;
}

std::string withoutSuffix(const std::string &name) {
  if (name.size() > kSuffix.size() && name.ends_with(kSuffix))
    return name.substr(0, name.size() - kSuffix.size());
  return name;
}

bool isFile(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

std::vector<std::string> shortNames(const std::vector<std::string> &paths) {
  if (paths.empty())
    return {};
  // What the folders have in common, in whole names.
  const std::string &first = paths.front();
  size_t common = baseOf(first);
  for (const std::string &path : paths) {
    size_t equal = 0, end = std::min(common, baseOf(path));
    while (equal < end && path[equal] == first[equal])
      ++equal;
    while (equal > 0 && first[equal - 1] != '/')
      --equal;
    common = equal;
  }
  std::vector<std::string> names;
  std::set<std::string> seen;
  bool unique = true;
  for (const std::string &path : paths) {
    names.push_back(withoutSuffix(path.substr(common)));
    unique &= seen.insert(names.back()).second;
  }
  // `m` and `m.json` in one folder.
  return unique ? names : paths;
}

std::string findExpert(const std::string &instancePath) {
  size_t base = baseOf(instancePath);
  std::string name = withoutSuffix(instancePath.substr(base));
  std::vector<std::string> names = {name};
  if (name.ends_with(kTraining))
    names.push_back(name.substr(0, name.size() - kTraining.size()) +
                    "_inference");
  const std::filesystem::path folder = instancePath.substr(0, base);
  for (const std::string &candidate : names) {
    const std::string file = candidate + "_expert.json";
    if (std::string path = folder / file; isFile(path))
      return path;
    std::filesystem::path up = folder;
    for (int level = 0; level <= kLevels; ++level) {
      // Without the dots, which nobody wants to read in a table.
      std::string path = (up / "experts" / file).lexically_normal();
      if (isFile(path))
        return path;
      up /= "..";
    }
  }
  return {};
}

} // namespace placement::solver
