//===- DrawTimeline.cpp - Timelines in ASCII ------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextWidth.h"

#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Solver/Model/TimelineFacts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace placement::solver {

namespace {

/// A host with more nodes at once gets one line that counts them.
constexpr uint32_t kMostLanes = 6;
/// More devices than these are not all drawn.
constexpr size_t kMostDevices = 32;
constexpr size_t kMostLabel = 16;

constexpr char kIdle = '.', kIn = '<', kOut = '>';
constexpr char kCritical = '#', kOther = '=';

class Drawing {
public:
  Drawing(const Instance &instance, const Plan &plan, const DrawingStyle &style)
      : instance(instance), timeline(plan.timeline),
        facts(readTimeline(instance, plan)), colour(style.colour),
        width(std::clamp(style.width, kLeastDrawingWidth, kMostDrawingWidth)) {}

  std::string draw() {
    if (timeline.empty())
      return {};
    isCritical.assign(timeline.size(), 0);
    for (uint32_t e : facts.critical)
      isCritical[e] = 1;
    collectRows();
    if (instance.data().timeUnit != "unit")
      unit = shortName(instance.data().timeUnit);
    size_t label = textWidth(unit);
    for (const Row &row : rows)
      label = std::max(label, textWidth(row.label));
    labelWidth = label + 1;
    cells = width - labelWidth;
    writeScale();
    for (const Row &row : rows)
      writeRow(row);
    writeLegend();
    return std::move(out);
  }

private:
  struct Row {
    std::string label;
    std::vector<uint32_t> entries;
    /// How many run, instead of what.
    bool counts = false;
  };

  void collectRows() {
    std::map<std::pair<KindId, uint32_t>, std::vector<uint32_t>> devices;
    std::map<std::pair<KindId, uint32_t>, std::vector<uint32_t>> lanes;
    for (uint32_t e = 0; e < timeline.size(); ++e) {
      const TimelineEntry &entry = timeline[e];
      if (entry.isPiece())
        devices[{entry.device.kind, entry.device.index}].push_back(e);
      else
        lanes[{entry.device.kind, facts.lane[e]}].push_back(e);
    }
    for (const auto &[device, entries] : chooseDevices(devices))
      rows.push_back({shortName(describeDevice(instance.machine(),
                                               {device.first, device.second})),
                      entries, false});
    for (const TimelineFacts::HostWork &host : facts.hosts)
      collectHost(host, lanes);
  }

  using Lines = std::map<std::pair<KindId, uint32_t>, std::vector<uint32_t>>;

  /// All devices, or those of the critical path and the first others.
  Lines chooseDevices(const Lines &all) {
    if (all.size() <= kMostDevices)
      return all;
    std::vector<std::tuple<bool, Time, Lines::const_iterator>> ranked;
    for (auto it = all.begin(); it != all.end(); ++it) {
      const std::vector<uint32_t> &entries = it->second;
      bool critical =
          std::any_of(entries.begin(), entries.end(),
                      [&](uint32_t e) { return isCritical[e] != 0; });
      ranked.emplace_back(!critical, timeline[entries.front()].start, it);
    }
    std::sort(ranked.begin(), ranked.end(), [](const auto &a, const auto &b) {
      auto key = [](const auto &one) {
        return std::tuple(std::get<0>(one), std::get<1>(one),
                          std::get<2>(one)->first);
      };
      return key(a) < key(b);
    });
    Lines chosen;
    for (size_t i = 0; i < kMostDevices; ++i)
      chosen.insert(*std::get<2>(ranked[i]));
    leftOut = all.size() - kMostDevices;
    return chosen;
  }

  void collectHost(const TimelineFacts::HostWork &host, const Lines &lanes) {
    auto first = lanes.lower_bound({host.kind, 0});
    auto last = lanes.lower_bound({host.kind + 1, 0});
    std::string name = instance.machine().kinds[host.kind].name;
    bool cores = instance.cores(host.kind).has_value();
    if (std::distance(first, last) <= kMostLanes) {
      // A lane is no device; a core is.
      for (auto it = first; it != last; ++it)
        rows.push_back({shortName(name + (cores ? ":" : "/") +
                                  std::to_string(it->first.second)),
                        it->second, false});
      lanesDrawn |= !cores;
      return;
    }
    Row &row = rows.emplace_back();
    row.label = shortName(name);
    row.counts = true;
    for (auto it = first; it != last; ++it)
      row.entries.insert(row.entries.end(), it->second.begin(),
                         it->second.end());
    countsDrawn = true;
  }

  /// Control characters spelled out, and short enough for a label.
  static std::string shortName(const std::string &name) {
    return fitText(printableText(name), kMostLabel);
  }

  /// The boundary between cells that is nearest to a time; halves go up. In
  /// integers, so that all machines draw alike.
  size_t boundary(Time time) const {
    __int128 total = facts.makespan;
    __int128 twice = 2 * static_cast<__int128>(time) * cells + total;
    return static_cast<size_t>(twice / (2 * total));
  }

  void writeScale() {
    if (facts.makespan == 0) {
      out += "nothing in this plan takes time\n";
      return;
    }
    double total = instance.toSourceTime(facts.makespan);
    std::string ticks = std::string(labelWidth, ' ') + std::string(cells, '-');
    std::string numbers = unit;
    size_t shown = textWidth(unit); // Columns of numbers.
    // At most eight steps of 1, 2 or 5 times a power of ten, whose numbers
    // leave a column free between them.
    double step = std::pow(10, std::floor(std::log10(total)) - 1);
    for (int i = 0; !fits(step, total); ++i)
      step *= i % 3 == 1 ? 2.5 : 2;
    for (int i = 0; i * step <= total; ++i) {
      size_t column = labelWidth + columnOf(i * step, total);
      if (column >= width)
        break;
      ticks[column] = '|';
      std::string number = describeNumber(i * step);
      if (column + number.size() > width)
        continue;
      numbers += std::string(column - shown, ' ') + number;
      shown = column + number.size();
    }
    out += numbers + '\n' + ticks + '\n';
  }

  size_t columnOf(double value, double total) const {
    return static_cast<size_t>(
        std::llround(value / total * static_cast<double>(cells)));
  }

  bool fits(double step, double total) const {
    constexpr double kMostSteps = 8;
    if (total / step > kMostSteps)
      return false;
    size_t longest = 0;
    for (int i = 0; i * step <= total; ++i)
      longest = std::max(longest, describeNumber(i * step).size());
    return columnOf(step, total) > longest;
  }

  void writeRow(const Row &row) {
    std::string line = facts.makespan == 0 ? std::string(cells, kIdle)
                       : row.counts        ? count(row.entries)
                                           : picture(row.entries);
    out += row.label + std::string(labelWidth - textWidth(row.label), ' ');
    paint(line);
    out += '\n';
  }

  std::string picture(const std::vector<uint32_t> &entries) const {
    std::string line(cells, kIdle);
    // What is critical last, so that nothing short hides it.
    for (bool critical : {false, true})
      for (uint32_t e : entries)
        if ((isCritical[e] != 0) == critical)
          draw(e, line);
    return line;
  }

  void draw(uint32_t e, std::string &line) const {
    const TimelineEntry &entry = timeline[e];
    if (entry.finish == entry.start)
      return;
    size_t begin = std::min(boundary(entry.start), cells - 1);
    // Whatever takes time is seen.
    size_t end = std::max(boundary(entry.finish), begin + 1);
    char work = isCritical[e] ? kCritical : kOther;
    for (size_t i = begin; i < end; ++i)
      line[i] = work;
    if (!entry.isPiece() || end - begin < 3)
      return;
    size_t afterIn = begin, beforeOut = end;
    if (entry.in > 0)
      afterIn = std::clamp(boundary(entry.start + entry.in), begin + 1, end);
    if (entry.out > 0)
      beforeOut =
          std::clamp(boundary(entry.finish - entry.out), begin, end - 1);
    // Three cells hold all three phases.
    if (entry.compute > 0 && afterIn >= beforeOut) {
      afterIn = std::min(afterIn, end - 2);
      beforeOut = std::max(beforeOut, afterIn + 1);
    }
    for (size_t i = begin; i < afterIn; ++i)
      line[i] = kIn;
    for (size_t i = std::max(beforeOut, afterIn); i < end; ++i)
      line[i] = kOut;
    std::string number = std::to_string(entry.stage);
    size_t room = beforeOut > afterIn ? beforeOut - afterIn : 0;
    if (room >= number.size() + 2)
      line.replace(afterIn + (room - number.size()) / 2, number.size(), number);
  }

  /// For each cell, the most nodes that run at once in it.
  std::string count(const std::vector<uint32_t> &entries) const {
    std::vector<std::pair<Time, int>> changes;
    for (uint32_t e : entries)
      if (timeline[e].finish > timeline[e].start) {
        changes.emplace_back(timeline[e].start, 1);
        changes.emplace_back(timeline[e].finish, -1);
      }
    std::sort(changes.begin(), changes.end());
    std::vector<int> most(cells, 0);
    int running = 0;
    for (size_t i = 0; i < changes.size(); ++i) {
      running += changes[i].second;
      if (i + 1 == changes.size() || changes[i + 1].first == changes[i].first)
        continue;
      size_t begin = std::min(boundary(changes[i].first), cells - 1);
      size_t end = std::max(boundary(changes[i + 1].first), begin + 1);
      for (size_t cell = begin; cell < end; ++cell)
        most[cell] = std::max(most[cell], running);
    }
    std::string line(cells, kIdle);
    for (size_t cell = 0; cell < cells; ++cell)
      if (most[cell] > 0)
        line[cell] =
            most[cell] <= 9 ? static_cast<char>('0' + most[cell]) : '+';
    return line;
  }

  void writeLegend() {
    if (leftOut > 0)
      out += "and " + std::to_string(leftOut) +
             (leftOut == 1 ? " more device\n" : " more devices\n");
    std::string text = std::string(1, kCritical) + " work on the critical path";
    auto add = [&](const std::string &more) {
      if (text.size() + 2 + more.size() > width) {
        out += text + '\n';
        text.clear();
      }
      text += (text.empty() ? "" : ", ") + more;
    };
    add(std::string(1, kOther) + " other work");
    add(std::string(1, kIn) + " in");
    add(std::string(1, kOut) + " out");
    add(std::string(1, kIdle) + " idle");
    if (countsDrawn)
      add("1 to 9 and + nodes at once");
    if (lanesDrawn)
      add("lines of a host are lanes");
    out += text + '\n';
  }

  void paint(const std::string &line) {
    if (!colour) {
      out += line;
      return;
    }
    char last = 0;
    for (char c : line) {
      char kind = c == kCritical || c == kIn || c == kOut ? c : 0;
      if (kind != last && last != 0)
        out += "\033[0m";
      if (kind != last && kind != 0)
        out += kind == kCritical ? "\033[31m" : "\033[33m";
      last = kind;
      out += c;
    }
    if (last != 0)
      out += "\033[0m";
  }

  const Instance &instance;
  const std::vector<TimelineEntry> &timeline;
  const TimelineFacts facts;
  const bool colour;
  const size_t width;
  std::vector<uint8_t> isCritical;
  std::vector<Row> rows;
  std::string unit;
  size_t labelWidth = 0, cells = 0, leftOut = 0;
  bool lanesDrawn = false, countsDrawn = false;
  std::string out;
};

} // namespace

std::string drawTimeline(const Instance &instance, const Plan &plan,
                         const DrawingStyle &style) {
  return Drawing(instance, plan, style).draw();
}

} // namespace placement::solver
