//===- Output.cpp - Whole files or none -----------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "placement/Solver/IO/Writers.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace placement::tool {

using solver::Error;
using solver::Result;

namespace {

Error failure(const std::string &path, const char *what, int code) {
  return Error{path + ": " + what + ": " + std::strerror(code)};
}

std::string folderOf(const std::string &path) {
  size_t slash = path.find_last_of('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Zero, or the error number.
int writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return errno;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return 0;
}

std::optional<Error> writeDirectly(const std::string &path,
                                   std::string_view text) {
  int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return failure(path, "cannot be opened for writing", errno);
  int code = writeAll(file, text);
  if (::close(file) != 0 && code == 0)
    code = errno;
  if (code != 0)
    return failure(path, "cannot be written", code);
  return std::nullopt;
}

/// The permissions that a newly created file would get.
mode_t newFileMode() {
  mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

} // namespace

void printError(const std::string &text) {
  std::fprintf(stderr, "placement-solve: error: %s\n",
               solver::printableText(text).c_str());
}

bool isReplaced(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

bool isSameFile(const std::string &a, const std::string &b) {
  struct stat first, second;
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

std::optional<Error> checkWritable(const std::string &path) {
  struct stat status;
  bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    return failure(path, "cannot be written", EISDIR);
  // A regular file is replaced, which takes the right to change its folder.
  std::string subject = isReplaced(path) ? folderOf(path) : path;
  if (::access(subject.c_str(), W_OK) != 0)
    return failure(path, "cannot be written", errno);
  return std::nullopt;
}

std::optional<Error> writeFile(const std::string &path, std::string_view text) {
  struct stat status;
  bool exists = ::lstat(path.c_str(), &status) == 0;
  // Follow a link, so that its target is replaced and not the link.
  std::string target = path;
  if (exists && S_ISLNK(status.st_mode)) {
    char resolved[PATH_MAX];
    if (!::realpath(path.c_str(), resolved))
      return writeDirectly(path, text);
    target = resolved;
    exists = ::stat(target.c_str(), &status) == 0;
  }
  if (exists && !S_ISREG(status.st_mode))
    return writeDirectly(path, text);

  std::string temporary = target + ".XXXXXX";
  int file = ::mkstemp(temporary.data());
  if (file < 0)
    return failure(path, "cannot be written", errno);
  int code = writeAll(file, text);
  mode_t mode = exists ? status.st_mode & 07777 : newFileMode();
  if (code == 0 && ::fchmod(file, mode) != 0)
    code = errno;
  if (::close(file) != 0 && code == 0)
    code = errno;
  if (code == 0 && ::rename(temporary.c_str(), target.c_str()) != 0)
    code = errno;
  if (code == 0)
    return std::nullopt;
  ::unlink(temporary.c_str());
  return failure(path, "cannot be written", code);
}

std::optional<Error> writeStandardOutput(std::string_view text) {
  if (int code = writeAll(STDOUT_FILENO, text); code != 0)
    return failure("standard output", "cannot be written", code);
  return std::nullopt;
}

Result<std::string> writeTemporaryFile(std::string_view text) {
  const char *folder = std::getenv("TMPDIR");
  std::string path = folder && *folder ? folder : "/tmp";
  path += "/placement-solve-XXXXXX.json";
  int file = ::mkstemps(path.data(), 5);
  if (file < 0)
    return failure(path, "cannot be created", errno);
  int code = writeAll(file, text);
  if (::close(file) != 0 && code == 0)
    code = errno;
  if (code != 0)
    return failure(path, "cannot be written", code);
  return path;
}

} // namespace placement::tool
