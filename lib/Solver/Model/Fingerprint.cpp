//===- Fingerprint.cpp - 128 bits that identify an instance ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two 64-bit lanes of multiply-rotate mixing with the finaliser of MurmurHash3
// (Austin Appleby, public domain). It guards against an edit that nobody meant
// to hide, not against an adversary.
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Instance.h"

#include <bit>
#include <cstdio>

namespace placement::solver {

namespace {

class Mixer {
public:
  void add(uint64_t word) {
    first =
        std::rotl(first ^ (word * 0x9e3779b97f4a7c15), 29) * 0xbf58476d1ce4e5b9;
    second = std::rotl(second + (word ^ first), 37) * 0x94d049bb133111eb +
             0x2545f4914f6cdd1d;
  }

  /// Lengths go first, so that neighbouring lists cannot trade elements.
  template <typename Range>
  void addAll(const Range &range) {
    add(range.size());
    for (auto word : range)
      add(static_cast<uint64_t>(word));
  }

  std::string digits() const {
    uint64_t high = finalise(first), low = finalise(second ^ high);
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx",
                  static_cast<unsigned long long>(high),
                  static_cast<unsigned long long>(low));
    return text;
  }

private:
  static uint64_t finalise(uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
    return x ^ (x >> 33);
  }

  uint64_t first = 0x6a09e667f3bcc908, second = 0xbb67ae8584caa73b;
};

} // namespace

std::string Instance::fingerprint() const {
  Mixer mixer;
  mixer.add(1); // Version of what is mixed below.
  mixer.add(static_cast<uint64_t>(static_cast<int64_t>(exponent)));
  mixer.add(static_cast<uint64_t>(raw.inFlight));
  mixer.add(numKinds());
  for (const DeviceKind &kind : machine().kinds) {
    mixer.add(kind.count);
    mixer.add(static_cast<uint64_t>(kind.memory));
  }
  mixer.addAll(times);
  mixer.addAll(sizes);
  mixer.addAll(stashes);
  mixer.addAll(transients);
  mixer.addAll(raw.backward);
  mixer.addAll(raw.group);
  mixer.addAll(raw.pinKind);
  mixer.addAll(raw.pinIndex);
  mixer.addAll(raw.netProducer);
  mixer.addAll(raw.netBegin);
  mixer.addAll(raw.netConsumers);
  mixer.addAll(raw.netOnHost);
  mixer.addAll(costs);
  mixer.addAll(weights);
  mixer.addAll(raw.weightBegin);
  mixer.addAll(raw.weightUsers);
  mixer.add(raw.orderEdges.size());
  for (auto [before, after] : raw.orderEdges) {
    mixer.add(before);
    mixer.add(after);
  }
  // Fingerprints of the default models are older than the choice.
  if (raw.communication != Communication::Sequential ||
      raw.schedule != Schedule::OneForwardOneBackward) {
    mixer.add(static_cast<uint64_t>(raw.communication));
    mixer.add(static_cast<uint64_t>(raw.schedule));
  }
  if (raw.inFlight == InFlight::All)
    mixer.add(raw.microbatches);
  if (isLatency()) {
    // A word that no model of load begins with.
    mixer.add(uint64_t(0x6c6174656e6379));
    mixer.add(raw.piecesPerDevice);
    mixer.add(raw.cores ? uint64_t(*raw.cores) : ~uint64_t(0));
    mixer.addAll(hosts);
  }
  return mixer.digits();
}

} // namespace placement::solver
