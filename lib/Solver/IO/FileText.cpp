//===- FileText.cpp - Whole files as text ---------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/Readers.h"

#include <simdjson.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace placement::solver {

Result<std::string> readFile(const std::string &path) {
  bool standardInput = path == "-";
  std::string name = standardInput ? "standard input" : path;
  auto failure = [&](const char *what) {
    return Error{name + ": " + what + ": " + std::strerror(errno)};
  };
  int file =
      standardInput ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return failure("cannot be opened");

  // A regular file takes one read and one more that finds its end; pipes and
  // devices give what comes.
  size_t block = size_t(1) << 16;
  struct stat status;
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode))
    block = static_cast<size_t>(status.st_size) + 1;
  std::string text;
  size_t length = 0;
  std::optional<Error> error;
  while (true) {
    if (length == text.size()) {
      // The spare capacity behind the text saves the parser a copy.
      size_t grown = length + std::max(length, block);
      text.reserve(grown + simdjson::SIMDJSON_PADDING);
      text.resize(grown);
    }
    ssize_t count = ::read(file, text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      error = failure("cannot be read");
    if (count <= 0)
      break;
    length += static_cast<size_t>(count);
  }
  if (!standardInput)
    ::close(file);
  if (error)
    return *error;
  text.resize(length);
  return text;
}

} // namespace placement::solver
