//===- HelpText.cpp - What --help prints ----------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

namespace placement::tool {

const char *helpText() {
  return R"(usage: placement-solve INSTANCE.json [options]
       placement-solve --compare INSTANCE.json... [options]

Finds the fastest way to spread a graph of operators over the devices of a
machine, and proves how good it is. INSTANCE.json is a published DPO file or
our own format (docs/Formats.md); '-' reads standard input. A table of the plan
goes to standard output, progress to standard error.

result
  -o PLAN.json            write the plan; '-o -' prints it instead of the table
  --timeline              latency: draw when each device is busy
  --trace=FILE.json       latency: write a Chrome trace, to be opened in Perfetto
  --evaluate=PLAN.json    do not solve: evaluate this plan or published split

model
  --objective=NAME        throughput (default): the time per sample of the
                          pipeline; or latency: the time of one sample alone
  --subgraphs-per-device=Q
                          latency: each device runs at most Q pieces, each as
                          one call (default 1)
  --cores=N               latency: hosts run at most N nodes at once; machine:
                          as many as they have cores; default unlimited
  --comm=MODEL            how transfers share a device's time: sequential
                          (default), half-duplex or full-duplex
  --schedule=NAME         1f1b (default) or gpipe: one maximum for each pass
  --microbatches=N        under gpipe a stage keeps the stashes of N samples

search
  --algorithm=NAME        'auto' (default) or one that --algorithm=list shows
  --contiguous=true       each device holds one stage of a chain (default);
                          with false, any nodes in any number of pieces
  --max-stages=N          at most N stages; with --contiguous=false, N devices;
                          for latency, N pieces
  --alternatives=N        list the N best plans with different cuts (default 1)
  --gap=G                 stop at this relative gap; 0.01 is 1 % (default 0)
  --time-limit=S          stop after S seconds
  --memory-limit=B        bytes for tables; suffixes K, M, G, T (default 2G)
  --seed=N                seed of randomised algorithms (default 1)
  --threads=N             cores for the engine and general solvers (default 1)
  --provers=WHO           who proves with --contiguous=false and for latency:
                          own (the engine), highs, cpsat or all beside it; auto
                          (default): all where a time limit is set and gaps are
                          left
  --worker=PROGRAM        placement-worker, which runs general solvers; looked
                          for in PLACEMENT_WORKER and beside this program

comparison
  --compare               a table of all algorithms beside ours, for each
                          instance; 60 s a run unless --time-limit is given
  --algorithms=NAME,...   only these beside ours; 'expert' for expert plans
  --expert=PLAN.json      a plan to compare with, for the instance before it;
                          published ones are found by their names
  --contiguous=both       contiguous and any plans (default here)
  --format=FORMAT         text (default), markdown, csv or json; with -o FILE
                          by the ending .md, .csv or .json
  --table=LAYOUT          rows: a line for each algorithm (default); matrix: a
                          line for each instance
  --no-times              leave times out, so that outputs can be compared

messages
  --log-json=FILE         write events of the search, one JSON object a line
  --color=WHEN            auto, always or never; auto honours NO_COLOR
  --quiet                 no progress
  --help                  show this text
  --version               show the version

exit status
  0  finished, or the asked gap is reached
  1  bad input or option, or the plan to evaluate breaks a rule
  2  proved that no plan keeps all rules
  3  stopped by a limit or a signal, with a plan
  4  stopped by a limit or a signal, without a plan
  70 internal error; an input that reproduces it was written
)";
}

} // namespace placement::tool
