//===- JsonWriterTest.cpp - JSON text that reads back the same ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/JsonWriter.h"

#include <gtest/gtest.h>

#include <limits>

namespace placement::solver {
namespace {

using Layout = JsonWriter::Layout;

TEST(JsonWriter, LaysOutObjectsAndLists) {
  JsonWriter json;
  json.beginObject()
      .field("a", 1)
      .key("b")
      .beginArray(Layout::Inline)
      .value(0.1)
      .value(uint64_t(18446744073709551615u))
      .null()
      .endArray()
      .key("c")
      .beginArray()
      .endArray()
      .key("d")
      .beginArray()
      .beginObject(Layout::Inline)
      .field("e", true)
      .field("f", "x")
      .endObject()
      .value(int64_t(-5))
      .endArray()
      .endObject();
  EXPECT_EQ(json.take(), "{\n"
                         "  \"a\": 1,\n"
                         "  \"b\": [0.1, 18446744073709551615, null],\n"
                         "  \"c\": [],\n"
                         "  \"d\": [\n"
                         "    {\"e\": true, \"f\": \"x\"},\n"
                         "    -5\n"
                         "  ]\n"
                         "}\n");
}

std::string quoted(std::string_view text) {
  return JsonWriter().value(text).take(false);
}

TEST(JsonWriter, EscapesText) {
  EXPECT_EQ(quoted("a\"b\\c\n\t\x01\x7f"), R"("a\"b\\c\n\t\u0001\u007f")");
  EXPECT_EQ(quoted("h\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
            "\"h\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(quoted("\xff"), R"("\ufffd")");
  EXPECT_EQ(quoted("\xC3"), R"("\ufffd")");           // Cut short.
  EXPECT_EQ(quoted("\xC0\x80"), R"("\ufffd\ufffd")"); // Overlong.
  EXPECT_EQ(quoted("\xE0\x80\x80"), R"("\ufffd\ufffd\ufffd")");
  EXPECT_EQ(quoted("\xED\xA0\x80"), R"("\ufffd\ufffd\ufffd")"); // Surrogate.
  EXPECT_EQ(quoted("\xF4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");
}

TEST(JsonWriter, WritesTheShortestNumber) {
  auto text = [](double number) {
    return JsonWriter().value(number).take(false);
  };
  EXPECT_EQ(text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(text(1e300), "1e+300");
  // Never an integer of more than 64 bits.
  EXPECT_EQ(text(0x1p64), "1.8446744073709552e+19");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "null");
}

} // namespace
} // namespace placement::solver
