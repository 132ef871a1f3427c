//===- OrTools.cpp - The library of OR-tools, where it is found -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrTools.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

using namespace placement::worker;
namespace fs = std::filesystem;

namespace {

/// The name that every release of OR-tools 9 gives it.
constexpr const char *kLibrary = "libortools.so.9";
constexpr auto kStopInterval = std::chrono::milliseconds(10);

// Of the C++ interface: NewFeasibleSolutionObserver and NewBestBoundCallback
// turn a std::function into one that a Model takes in, and the environment of
// the C interface is a Model. MessageLite::SerializeToArray is protobuf's.
constexpr const char *kObserveSolutions =
    "_ZN19operations_research3sat27NewFeasibleSolutionObserverERKSt8functionIF"
    "vRKNS0_16CpSolverResponseEEE";
constexpr const char *kObserveBounds =
    "_ZN19operations_research3sat20NewBestBoundCallbackERKSt8functionIFvdEE";
constexpr const char *kSerialize =
    "_ZNK6google8protobuf11MessageLite16SerializeToArrayEPvi";
/// The release that this was read from and tested with.
constexpr int kTestedMajor = 9, kTestedMinor = 15;

/// Classes of OR-tools that only pass through here.
struct Model;
struct Response;

constexpr const char *kInstall =
    "install it with 'pip install ortools', or name libortools.so.9 or its "
    "folder with PLACEMENT_ORTOOLS";

/// Where the library may be in a folder that somebody named: itself, a package
/// `ortools`, an installation, a Python environment.
std::vector<fs::path> placesIn(const fs::path &folder) {
  std::vector<fs::path> places = {folder, folder / ".libs", folder / "lib",
                                  folder / "lib64",
                                  folder / "ortools" / ".libs"};
  std::error_code error;
  std::vector<fs::path> pythons;
  for (fs::directory_iterator entry(folder / "lib", error), end;
       !error && entry != end; entry.increment(error))
    if (entry->path().filename().string().starts_with("python3"))
      for (const char *packages : {"site-packages", "dist-packages"})
        pythons.push_back(entry->path() / packages / "ortools" / ".libs");
  // The order of a folder's entries is the file system's.
  std::sort(pythons.begin(), pythons.end());
  places.insert(places.end(), pythons.begin(), pythons.end());
  return places;
}

/// Empty when there is none.
std::string libraryIn(const fs::path &place) {
  std::error_code error;
  if (fs::is_regular_file(place, error))
    return place.string();
  for (const fs::path &folder : placesIn(place))
    if (fs::path file = folder / kLibrary; fs::is_regular_file(file, error))
      return file.string();
  return {};
}

/// Around this program: beside it, the environment whose bin it is in, the
/// site-packages whose package it is in, and the .venv of a build folder's
/// source.
std::vector<fs::path> placesAround() {
  std::vector<fs::path> places;
  if (const char *environment = std::getenv("VIRTUAL_ENV"))
    places.emplace_back(environment);
  std::error_code error;
  fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error)
    return places;
  fs::path folder = self.parent_path();
  places.push_back(folder);
  places.push_back(folder.parent_path());
  places.push_back(folder.parent_path().parent_path().parent_path() / ".venv");
  return places;
}

} // namespace

OrTools::OrTools(const std::string &option) {
  const char *variable = std::getenv("PLACEMENT_ORTOOLS");
  std::string named = option;
  if (named.empty() && variable)
    named = variable;
  if (!named.empty()) {
    std::string path = libraryIn(named);
    if (path.empty())
      failure = "there is no " + std::string(kLibrary) + " in '" + named +
                "'; " + kInstall;
    else
      open(path);
    return;
  }
  for (const fs::path &place : placesAround())
    if (std::string path = libraryIn(place); !path.empty()) {
      open(path);
      return;
    }
  if (!open(kLibrary))
    failure =
        std::string("CP-SAT needs OR-tools, which is not found: ") + kInstall;
}

bool OrTools::open(const std::string &path) {
  library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *error = ::dlerror();
    failure = error ? error : "'" + path + "' cannot be loaded";
    return false;
  }
  auto find = [&](const char *name, auto &function) {
    void *address = ::dlsym(library, name);
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(address);
    return address != nullptr;
  };
  int (*majorVersion)() = nullptr;
  int (*minorVersion)() = nullptr;
  if (!find("SolveCpNewEnv", newEnvironment) ||
      !find("SolveCpDestroyEnv", destroyEnvironment) ||
      !find("SolveCpStopSearch", stopSearch) ||
      !find("SolveCpInterruptible", solveInterruptible) ||
      !find("_ZN19operations_research19OrToolsMajorVersionEv", majorVersion) ||
      !find("_ZN19operations_research19OrToolsMinorVersionEv", minorVersion)) {
    failure = "'" + path +
              "' has no C interface for CP-SAT; a release of OR-tools like "
              "9.15 has";
    return false;
  }
  major = majorVersion();
  minor = minorVersion();
// Both sides must mean the same by std::function.
#ifdef __GLIBCXX__
  if (major == kTestedMajor && minor == kTestedMinor &&
      find(kSerialize, serialize) && find(kObserveBounds, observeBounds))
    find(kObserveSolutions, observeSolutions);
#endif
  return true;
}

std::string OrTools::name() const {
  return "CP-SAT " + std::to_string(major) + "." + std::to_string(minor);
}

void OrTools::addCallbacks(void *environment,
                           const Callbacks &callbacks) const {
  using AddToModel = std::function<void(Model *)>;
  using OnResponse = std::function<void(const Response &)>;
  using OnBound = std::function<void(double)>;
  auto *model = static_cast<Model *>(environment);

  auto observe =
      reinterpret_cast<AddToModel (*)(const OnResponse &)>(observeSolutions);
  auto toArray =
      reinterpret_cast<bool (*)(const Response *, void *, int)>(serialize);
  // Made here, not in the callback: solutions may come thick and fast. Searches
  // report one at a time.
  auto buffer = std::make_shared<std::vector<char>>(callbacks.largestResponse);
  observe([=, onSolution = callbacks.onSolution](const Response &response) {
    // The size of the message is not to be had: zeros behind it, which begin no
    // field, tell where it ends.
    std::fill(buffer->begin(), buffer->end(), 0);
    if (toArray(&response, buffer->data(), static_cast<int>(buffer->size())))
      onSolution({buffer->data(), buffer->size()});
  })(model);

  auto bounds =
      reinterpret_cast<AddToModel (*)(const OnBound &)>(observeBounds);
  bounds(callbacks.onBound)(model);
}

std::string OrTools::solve(const std::string &model,
                           const std::string &parameters,
                           const Callbacks &callbacks,
                           const std::function<bool()> &stop) const {
  void *environment = newEnvironment();
  if (streams())
    addCallbacks(environment, callbacks);
  std::atomic<bool> done = false;
  std::thread watch([&] {
    while (!done) {
      if (stop()) {
        stopSearch(environment);
        return;
      }
      std::this_thread::sleep_for(kStopInterval);
    }
  });
  void *bytes = nullptr;
  int size = 0;
  solveInterruptible(environment, model.data(), static_cast<int>(model.size()),
                     parameters.data(), static_cast<int>(parameters.size()),
                     &bytes, &size);
  done = true;
  watch.join();
  std::string response(static_cast<const char *>(bytes),
                       static_cast<size_t>(std::max(size, 0)));
  std::free(bytes);
  destroyEnvironment(environment);
  return response;
}
