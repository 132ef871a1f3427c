//===- DpoReaderTest.cpp - The published DPO format -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IO/ReaderTesting.h"

#include <filesystem>

namespace placement::solver {
namespace {

using test::instanceError;

/// A file of two nodes and one edge; each piece can be replaced.
struct DpoText {
  std::string machine = R"("maxSizePerFPGA": 100, "maxFPGAs": 2, "maxCPUs": 1)";
  std::string first = node("0");
  std::string second = node("7");
  std::string edges = R"({"sourceId": 0, "destId": 7, "cost": 0.5})";

  static std::string node(const std::string &id, const std::string &more = "") {
    return "{\"id\": " + id +
           ", \"supportedOnFpga\": true, \"cpuLatency\": 4, "
           "\"fpgaLatency\": 1.5, \"isBackwardNode\": false, \"size\": 10" +
           more + "}";
  }
  std::string text() const {
    return "{" + machine + ", \"nodes\": [" + first + ", " + second +
           "], \"edges\": [" + edges + "]}";
  }
};

TEST(DpoReader, ReadsAllFields) {
  DpoText dpo;
  dpo.first = R"({"id": 3, "name": "a", "supportedOnFpga": 0, "cpuLatency": 4,
    "fpgaLatency": 1, "isBackwardNode": 0, "colorClass": -5, "size": 2.5,
    "layerId": 9})";
  dpo.second = R"({"id": 9000000000, "supportedOnFpga": 1, "cpuLatency": 8.0,
    "fpgaLatency": 1.5, "isBackwardNode": true, "colorClass": -5})";
  dpo.edges = R"({"sourceId": 3, "destId": 9000000000, "cost": 0.5, "size": 9},
    {"sourceId": 3, "destId": 9000000000, "cost": 0.5})";
  Result<Instance> instance = readInstance(dpo.text(), "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  const InstanceData &data = instance->data();
  ASSERT_EQ(data.numKinds(), 2u);
  EXPECT_EQ(data.machine.kinds[0].name, "acc");
  EXPECT_EQ(data.machine.kinds[0].count, 2u);
  EXPECT_EQ(data.machine.kinds[0].memory, 100);
  EXPECT_EQ(data.machine.kinds[1].name, "cpu");
  EXPECT_EQ(data.machine.kinds[1].memory, kUnlimitedBytes);
  EXPECT_EQ(data.nodeIds, (std::vector<int64_t>{3, 9000000000}));
  EXPECT_EQ(data.nodeNames, (std::vector<std::string>{"a", ""}));
  EXPECT_FALSE(instance->supports(0, 0));
  EXPECT_EQ(data.time[1], 4);
  EXPECT_EQ(data.time[2], 1.5);
  EXPECT_EQ(data.size, (std::vector<double>{2.5, 0}));
  EXPECT_TRUE(instance->isBackward(1));
  EXPECT_EQ(instance->numGroups(), 1u);
  ASSERT_EQ(instance->numNets(), 1u);
  EXPECT_EQ(instance->consumers(0).size(), 1u);
  EXPECT_EQ(data.netCost, (std::vector<double>{0.5, 0}));
}

TEST(DpoReader, LeavesOutKindsWithoutDevices) {
  DpoText dpo;
  dpo.machine = R"("maxSizePerFPGA": 1e30, "maxFPGAs": 2, "maxCPUs": 0)";
  Result<Instance> instance = readInstance(dpo.text(), "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  ASSERT_EQ(instance->numKinds(), 1u);
  EXPECT_EQ(instance->machine().kinds[0].name, "acc");
  EXPECT_EQ(instance->machine().kinds[0].memory, kUnlimitedBytes);
  dpo.machine = R"("maxSizePerFPGA": 1, "maxFPGAs": 0, "maxCPUs": 3.0)";
  instance = readInstance(dpo.text(), "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  ASSERT_EQ(instance->numKinds(), 1u);
  EXPECT_EQ(instance->machine().kinds[0].name, "cpu");
}

TEST(DpoReader, TakesDebugFieldsOfAnyType) {
  DpoText dpo;
  dpo.first =
      DpoText::node("0", R"(, "layerId": null, "shape": [1, {"a": 2}])");
  EXPECT_EQ(instanceError("\xEF\xBB\xBF" + dpo.text()), "");
}

TEST(DpoReader, NamesFileElementAndRule) {
  auto machine = [](const char *text) {
    DpoText dpo;
    dpo.machine = text;
    return instanceError(dpo.text());
  };
  EXPECT_EQ(machine(R"("maxFPGAs": 2, "maxCPUs": 1)"),
            "f.json: field 'maxSizePerFPGA' is missing; give the bytes that "
            "one accelerator holds");
  EXPECT_EQ(machine(R"("maxSizePerFPGA": 1, "maxFPGAs": 1.5, "maxCPUs": 1)"),
            "f.json: maxFPGAs: is 1.5; it must be a whole number from 0 to "
            "4294967295");
  EXPECT_EQ(machine(R"("maxSizePerFPGA": -1, "maxFPGAs": 1, "maxCPUs": 1)"),
            "f.json: maxSizePerFPGA: is -1; it must be a number that is not "
            "negative");
  EXPECT_EQ(machine(R"("maxSizePerFPGA": 1, "maxFPGAs": 1, "maxCPUs": "x")"),
            "f.json: maxCPUs: is \"x\"; it must be a whole number from 0 to "
            "4294967295");
  EXPECT_EQ(machine(R"("maxSizePerFPGA": 1, "maxFPGAs": 1, "maxFPGAs": 1,
                       "maxCPUs": 1)"),
            "f.json: field 'maxFPGAs' is given twice; keep one of them");
  EXPECT_EQ(machine(R"("maxSizePerFPGA": 1, "maxFPGAs": 1, "max_cpus": 1)"),
            "f.json: unknown field 'max_cpus'; write 'maxCPUs'");
  EXPECT_EQ(machine(R"("maxSizePerFPGA": 1, "maxFPGAs": 0, "maxCPUs": 0)"),
            "f.json: the machine has no device; give at least one kind a count "
            "above zero");

  auto node = [](const std::string &text) {
    DpoText dpo;
    dpo.second = text;
    return instanceError(dpo.text());
  };
  EXPECT_EQ(node("3"), "f.json: nodes[1]: is 3; it must be an object");
  EXPECT_EQ(node(R"({"id": 7, "supportedOnFpga": true, "fpgaLatency": 1,
                     "isBackwardNode": false})"),
            "f.json: nodes[1]: field 'cpuLatency' is missing; give the time on "
            "a CPU");
  EXPECT_EQ(node(DpoText::node("0")),
            "f.json: nodes[1].id: is 0, as nodes[0] has it already; ids must "
            "be unique");
  EXPECT_EQ(node(DpoText::node("7", R"(, "color_class": 2)")),
            "f.json: nodes[1]: unknown field 'color_class'; write "
            "'colorClass'");
  EXPECT_EQ(node(DpoText::node("7", R"(, "colorClass": 1e300)")),
            "f.json: nodes[1].colorClass: is 1e+300; it must be a whole number "
            "from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(node(R"({"id": 7, "supportedOnFpga": 2, "cpuLatency": 1,
                     "fpgaLatency": 1, "isBackwardNode": false})"),
            "f.json: nodes[1].supportedOnFpga: is 2; it must be true, false, 0 "
            "or 1");
  EXPECT_EQ(node(DpoText::node("7", R"(, "name": 5)")),
            "f.json: nodes[1].name: is 5; it must be a string");

  auto edge = [](const std::string &text) {
    DpoText dpo;
    dpo.edges = text;
    return instanceError(dpo.text());
  };
  EXPECT_EQ(edge(R"({"sourceId": 0, "destId": 1, "cost": 0})"),
            "f.json: edges[0].destId: is 1, but no node has this id; add the "
            "node or remove the edge");
  EXPECT_EQ(edge(R"({"sourceId": 0, "destId": 7, "cost": 0.5},
                    {"sourceId": 0, "destId": 7, "cost": 0.25})"),
            "f.json: edges[1].cost: is 0.25, but edges[0] leaves node 0 too "
            "and has another cost; all edges of one node carry the same "
            "output, so give them the same cost");
  EXPECT_EQ(edge(R"({"sourceId": 0, "destId": 7})"),
            "f.json: edges[0]: field 'cost' is missing; give the time to move "
            "the source's output");
}

TEST(DpoReader, GivesLineAndColumnOfBrokenText) {
  EXPECT_EQ(instanceError(""),
            "f.json: is empty; it must hold one JSON object");
  EXPECT_EQ(instanceError(" \n"),
            "f.json: is empty; it must hold one JSON object");
  EXPECT_EQ(instanceError("[]"), "f.json: is a list; it must be an object");
  EXPECT_EQ(instanceError("{}"),
            "f.json: is no instance: it has neither 'version' (our format) nor "
            "'maxFPGAs' (the published DPO format)");
  EXPECT_EQ(instanceError("{\n  \"a\": NaN}"),
            "f.json:2:8: not valid JSON: syntax error while parsing value - "
            "invalid literal; last read: '\"a\": N'; NaN and Infinity are no "
            "JSON numbers");
  EXPECT_EQ(instanceError("{\"a\": 1e400}"),
            "f.json:1:12: not valid JSON: number overflow parsing '1e400'");
  EXPECT_EQ(instanceError("{\"a\": 123456789012345678901234567890}"),
            "f.json:1:37: the integer 123456789012345678901234567890 does not "
            "fit into 64 bits; write large numbers with an exponent, such as "
            "1e20");
  EXPECT_EQ(instanceError("{\"a\": \"\xff\"}"),
            "f.json:1:8: not valid JSON: syntax error while parsing value - "
            "invalid string: ill-formed UTF-8 byte; last read: '\"\\xFF'");
  EXPECT_EQ(instanceError(std::string("\0\x01\x02", 3)),
            "f.json:1:1: not valid JSON: syntax error while parsing value - "
            "unexpected end of input; expected '[', '{', or a literal");
  EXPECT_EQ(instanceError(std::string(100000, '[')),
            "f.json:1:1025: lists and objects are nested more than 1024 levels "
            "deep");
  EXPECT_NE(instanceError("{\"a\": 1} x").find("f.json:1:10: not valid JSON"),
            std::string::npos);
}

TEST(DpoReader, ReadsEveryPublishedWorkload) {
  size_t count = 0;
  for (const char *folder :
       {PLACEMENT_TEST_WORKLOADS, PLACEMENT_SHARED_WORKLOADS}) {
    for (const char *objective : {"throughput", "latency"}) {
      std::filesystem::path path(std::string(folder) + "/" + objective);
      if (!std::filesystem::exists(path))
        continue;
      for (const auto &entry :
           std::filesystem::recursive_directory_iterator(path)) {
        if (entry.path().extension() != ".json")
          continue;
        Result<std::string> text = readFile(entry.path());
        ASSERT_TRUE(text) << text.error().message;
        Result<Instance> instance = readInstance(*text, entry.path());
        ASSERT_TRUE(instance) << instance.error().message;
        EXPECT_EQ(instance->numKinds(), 2u);
        ++count;
      }
    }
  }
  EXPECT_GE(count, 7u);
}

TEST(ReadFile, SaysWhyItFails) {
  Result<std::string> text = readFile("/nonexistent/x.json");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "/nonexistent/x.json: cannot be opened: No "
                                  "such file or directory");
  text = readFile("/");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "/: cannot be read: Is a directory");
}

} // namespace
} // namespace placement::solver
