//===- measure.cpp - What a program costs ---------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// measure REPORT PROGRAM ARGUMENT...
//
// Runs a program and writes "STATUS USER_SECONDS SYSTEM_SECONDS PEAK_KILOBYTES"
// into REPORT; STATUS is the exit status, or 128 + the signal. This is a
// program of its own because the kernel counts the memory of the process that
// calls exec into the peak of the process that comes out of it: a script would
// add its interpreter to every measurement.
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(const timeval &time) {
  return double(time.tv_sec) + double(time.tv_usec) * 1e-6;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fputs("usage: measure REPORT PROGRAM ARGUMENT...\n", stderr);
    return 1;
  }
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    std::perror(argv[2]);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) {
    std::perror("measure");
    return 1;
  }
  FILE *report = std::fopen(argv[1], "w");
  if (!report) {
    std::perror(argv[1]);
    return 1;
  }
  std::fprintf(report, "%d %.6f %.6f %ld\n",
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
               seconds(usage.ru_utime), seconds(usage.ru_stime),
               usage.ru_maxrss);
  return std::fclose(report) ? 1 : 0;
}
