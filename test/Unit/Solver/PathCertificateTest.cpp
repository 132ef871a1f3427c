//===- PathCertificateTest.cpp - What is stored proves the path bound -----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PathReplay.h"
#include "Random.h"
#include "RandomPaths.h"
#include "Seeds.h"

#include "Solver/Latency/PathBound.h"
#include "Solver/Latency/PathChoice.h"
#include "placement/Solver/IO/Readers.h"

#include <functional>

using namespace placement::solver;
using namespace placement::solver::latency;
using namespace placement::solver::test;

namespace {

PathReplayRules rulesOf(const LatencyTerms &terms) {
  return {terms.host, terms.piecesPerDevice, terms.maxPieces};
}

TEST(PathCertificate, ReplaysToTheSameBound) {
  int priced = 0, branched = 0;
  forEachSeed(8000, [&](uint64_t seed) {
    RandomPaths made(seed, 14);
    const LatencyProblem &problem = made.problem;
    PathAtoms atoms(problem);
    PathBound bound(problem, atoms, made.chain(), kInfiniteTime, 1 << 20,
                    Budget());
    bound.run(~uint64_t(0), Budget(), kInfiniteTime);
    PathCertificate certificate = bound.certificate();
    PathReplay seen =
        replay(made.instance, rulesOf(problem.terms()), certificate);
    EXPECT_EQ(seen.fault, "");
    EXPECT_EQ(seen.proven, bound.bound());
    for (const PathCertificate::Cut &cut : certificate.cuts) {
      branched += cut.proof.size() > 1;
      for (const PathCutStep &step : cut.proof)
        priced += step.multiplier > 0;
    }
  });
  if (fromEnvironment("PLACEMENT_FUZZ_SEEDS", 1000) >= 1000) {
    EXPECT_GT(priced, 20);
    EXPECT_GT(branched, 20);
  }
}

/// Whatever is stopped early, or limited by a value known, is proved too.
TEST(PathCertificate, ReplaysWhenStopped) {
  forEachSeed(2000, [](uint64_t seed) {
    RandomPaths made(seed, 14);
    const LatencyProblem &problem = made.problem;
    PathAtoms atoms(problem);
    PathBound whole(problem, atoms, made.chain(), kInfiniteTime, 1 << 20,
                    Budget());
    whole.run(~uint64_t(0), Budget(), kInfiniteTime);
    PathBound bound(
        problem, atoms,
        {whole.nodes().nodes().begin(), whole.nodes().nodes().end()},
        whole.bound(), 1 << 20, Budget());
    do {
      PathReplay seen =
          replay(made.instance, rulesOf(problem.terms()), bound.certificate());
      EXPECT_EQ(seen.fault, "");
      EXPECT_GE(seen.proven, bound.bound());
    } while (bound.run(30, Budget(), whole.bound()) == Verdict::OutOfQuota);
    EXPECT_EQ(bound.bound(), whole.bound());
  });
}

/// Every change of a certificate that claims more than it proves is seen.
TEST(PathCertificate, ForgeriesAreRefused) {
  using Forgery = std::function<bool(Random &, PathCertificate &)>;
  const std::pair<const char *, Forgery> forgeries[] = {
      {"raised bound",
       [](Random &, PathCertificate &made) {
         ++made.bound;
         return true;
       }},
      {"turned chain",
       [](Random &, PathCertificate &made) {
         std::reverse(made.chain.begin(), made.chain.end());
         return made.chain.size() > 1;
       }},
      {"node twice",
       [](Random &, PathCertificate &made) {
         made.chain.push_back(made.chain.back());
         return true;
       }},
      {"foreign node",
       [](Random &, PathCertificate &made) {
         made.chain.back() = 1000;
         return true;
       }},
      {"no chain",
       [](Random &, PathCertificate &made) {
         made.chain.clear();
         return made.bound > 0;
       }},
      {"cut outside the chain",
       [](Random &random, PathCertificate &made) {
         if (made.cuts.empty())
           return false;
         made.cuts[random.below(made.cuts.size())].last =
             static_cast<uint32_t>(made.chain.size());
         return true;
       }},
      {"cut on a host",
       [](Random &random, PathCertificate &made) {
         if (made.cuts.empty())
           return false;
         made.cuts[random.below(made.cuts.size())].kind = 1000;
         return true;
       }},
      {"proof cut short",
       [](Random &random, PathCertificate &made) {
         if (made.cuts.empty())
           return false;
         made.cuts[random.below(made.cuts.size())].proof.pop_back();
         return true;
       }},
      {"proof too long",
       [](Random &random, PathCertificate &made) {
         if (made.cuts.empty())
           return false;
         made.cuts[random.below(made.cuts.size())].proof.push_back({});
         return true;
       }},
      {"negative price",
       [](Random &random, PathCertificate &made) {
         if (made.cuts.empty())
           return false;
         auto &proof = made.cuts[random.below(made.cuts.size())].proof;
         proof.back().multiplier = -1;
         return true;
       }},
      {"price out of range",
       [](Random &random, PathCertificate &made) {
         if (made.cuts.empty())
           return false;
         PathCertificate::Cut &cut = made.cuts[random.below(made.cuts.size())];
         cut.shift = 0;
         cut.proof.back().multiplier = kInfiniteTime;
         return true;
       }},
      {"no cuts, and their bound",
       [](Random &, PathCertificate &made) {
         made.cuts.clear();
         ++made.bound;
         return true;
       }},
  };
  std::vector<int> tried(std::size(forgeries), 0);
  forEachSeed(500, [&](uint64_t seed) {
    RandomPaths made(seed, 14);
    PathAtoms atoms(made.problem);
    PathBound bound(made.problem, atoms, made.chain(), kInfiniteTime, 1 << 20,
                    Budget());
    bound.run(~uint64_t(0), Budget(), kInfiniteTime);
    if (bound.bound() == kInfiniteTime)
      return;
    for (size_t i = 0; i < std::size(forgeries); ++i) {
      PathCertificate forged = bound.certificate();
      if (!forgeries[i].second(made.random, forged))
        continue;
      ++tried[i];
      PathReplay seen =
          replay(made.instance, rulesOf(made.problem.terms()), forged);
      // A price out of range may be of no bytes, and say nothing.
      EXPECT_TRUE(!seen.fault.empty() || seen.proven < forged.bound ||
                  forged.bound == bound.bound() && i == 10)
          << forgeries[i].first;
    }
  });
  for (size_t i = 0; i < std::size(forgeries); ++i)
    EXPECT_GT(tried[i], 0) << forgeries[i].first;
}

/// The published graphs that are in the tree, with memory that binds.
TEST(PathCertificate, ReplaysOnPublishedGraphs) {
  const char *names[] = {
      "LayerGraphs/bert24_inference", "LayerGraphs/gnmt_inference",
      "LayerGraphs/resnet50_inference", "OperatorGraphs/bert_l-3_inference"};
  for (const char *name : names) {
    SCOPED_TRACE(name);
    std::string path =
        std::string(PLACEMENT_TEST_WORKLOADS "/throughput/") + name + ".json";
    Result<std::string> text = readFile(path);
    ASSERT_TRUE(text) << text.error().message;
    Result<Instance> read = readInstance(*text, path);
    ASSERT_TRUE(read) << read.error().message;
    InstanceData data = read->data();
    Bytes sum = 0;
    for (NodeId v = 0; v < read->numNodes(); ++v)
      sum += read->size(v);
    LatencyTerms terms;
    for (DeviceKind &kind : data.machine.kinds) {
      bool host = kind.name == "cpu";
      terms.host.push_back(host);
      terms.cores.push_back(kNone);
      if (!host) {
        kind.memory = sum / 5;
        kind.count = 3;
      }
    }
    Instance instance = create(std::move(data));
    LatencyProblem problem(instance, terms);
    PathAtoms atoms(problem);
    PathChoice choice(problem);
    PathBound bound(problem, atoms, choice.firstPaths().front(), kInfiniteTime,
                    1 << 20, Budget());
    bound.run(20'000'000, Budget(), kInfiniteTime);
    PathCertificate certificate = bound.certificate();
    EXPECT_GT(certificate.cuts.size(), 0U);
    PathReplay seen = replay(instance, rulesOf(terms), certificate);
    EXPECT_EQ(seen.fault, "");
    EXPECT_EQ(seen.proven, bound.bound());
  }
}

} // namespace
