//===- ComparisonTest.cpp - Tables of algorithms, and their files ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Builder.h"

#include "placement/Solver/IO/ComparisonFiles.h"
#include "placement/Solver/IO/ComparisonWriter.h"

#include <filesystem>
#include <fstream>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

TEST(ComparisonFilesTest, NamesAreShortAndDifferent) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(shortNames({}), Names());
  EXPECT_EQ(shortNames({"m.json"}), Names({"m"}));
  EXPECT_EQ(shortNames({"/data/x/m.json"}), Names({"m"}));
  EXPECT_EQ(shortNames({"/data/x/m.json", "/data/y/m.json"}),
            Names({"x/m", "y/m"}));
  // Whole folders only: `layers` and `later` share three letters.
  EXPECT_EQ(shortNames({"d/layers/m.json", "d/later/n.json"}),
            Names({"layers/m", "later/n"}));
  EXPECT_EQ(shortNames({"d/m.json", "d/e/m.json"}), Names({"m", "e/m"}));
  EXPECT_EQ(shortNames({"m.json", "/m.json"}), Names({"m", "/m"}));
  EXPECT_EQ(shortNames({"standard input", "d/m.json"}),
            Names({"standard input", "d/m"}));
  // Without the ending they would be the same.
  EXPECT_EQ(shortNames({"d/m", "d/m.json"}), Names({"d/m", "d/m.json"}));
  EXPECT_EQ(shortNames({".json", "a.json"}), Names({".json", "a"}));
}

class ExpertTest : public ::testing::Test {
protected:
  void SetUp() override {
    root =
        std::filesystem::path(::testing::TempDir()) /
        ("expert-" +
         std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         "-" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root);
  }
  void TearDown() override { std::filesystem::remove_all(root); }

  std::string make(const std::string &name) const {
    std::filesystem::path path = root / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "{}";
    return path;
  }

  std::filesystem::path root;
};

TEST_F(ExpertTest, IsFoundBesideAndAbove) {
  std::string instance = make("set/a/b/c/net_training.json");
  EXPECT_EQ(findExpert(instance), "");
  // Four folders above is too far.
  make("experts/net_training_expert.json");
  EXPECT_EQ(findExpert(instance), "");
  std::string above = make("set/experts/net_inference_expert.json");
  EXPECT_EQ(findExpert(instance), above);
  // Its own comes before that of the inference graph, wherever they lie, and
  // the nearer one before the farther.
  std::string own = make("set/a/experts/net_training_expert.json");
  EXPECT_EQ(findExpert(instance), own);
  own = make("set/a/b/c/net_training_expert.json");
  EXPECT_EQ(findExpert(instance), own);
  EXPECT_EQ(findExpert(make("set/a/b/c/other_training.json")), "");
}

TEST_F(ExpertTest, IsAFile) {
  std::string instance = make("m.json");
  std::filesystem::create_directories(root / "m_expert.json");
  EXPECT_EQ(findExpert(instance), "");
}

/// Two rows with names that no format likes.
struct Nasty {
  Instance instance = sample().build();
  Comparison comparison;

  Nasty() {
    comparison.timeLimit = 60;
    ComparedInstance &compared = comparison.instances.emplace_back();
    compared.name = "a|b, \"c\"\x1b[2J";
    compared.instance = &instance;
    ComparisonRow ours;
    ours.name = kOurs;
    ours.state = RowState::NoPlan;
    ours.reasons = {"a <b> | \"c\"", "more"};
    ComparisonRow failed;
    failed.name = "caf\xc3\xa9_*";
    failed.state = RowState::Failed;
    failed.reasons = {"line\nbreak"};
    compared.rows = {ours, failed};
    comparison.remarks = {{"mind *this*", false}};
  }

  std::string write(ComparisonFormat format,
                    ComparisonLayout layout = ComparisonLayout::Rows) const {
    ComparisonStyle style;
    style.format = format;
    style.layout = layout;
    style.times = false;
    return writeComparison(comparison, style);
  }
};

void expectPart(const std::string &text, const std::string &part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(ComparisonWriterTest, TextNeitherBreaksLinesNorSteersTerminals) {
  for (ComparisonLayout layout :
       {ComparisonLayout::Rows, ComparisonLayout::Matrix}) {
    std::string text = Nasty().write(ComparisonFormat::Text, layout);
    expectPart(text, "a|b, \"c\"\\x1B[2J");
    expectPart(text, "failed: line\\x0Abreak");
    expectPart(text, "NOTE: mind *this*");
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
  // A letter of two bytes takes one column.
  std::string text = Nasty().write(ComparisonFormat::Text);
  expectPart(text, "\nours [1]" + std::string(14, ' ') + "-");
  expectPart(text, "\ncaf\xc3\xa9_* [2]" + std::string(12, ' ') + "-");
}

TEST(ComparisonWriterTest, MarkdownEscapesItsOwnSigns) {
  std::string text = Nasty().write(ComparisonFormat::Markdown);
  expectPart(text, "### a\\|b, \"c\"\\\\x1B[2J\n");
  expectPart(text, "| caf\xc3\xa9_\\* [2] |");
  expectPart(text, "- [1] no plan: a \\<b\\> \\| \"c\" (and 1 more)\n");
  expectPart(text, "**NOTE: mind \\*this\\***\n");
}

TEST(ComparisonWriterTest, CsvQuotesWhatItMust) {
  std::string text = Nasty().write(ComparisonFormat::Csv);
  expectPart(text, "\r\n\"a|b, \"\"c\"\"\x1b[2J\",contiguous,ours,,,no-plan,");
  expectPart(text, ",\"no plan: a <b> | \"\"c\"\" (and 1 more)\"\r\n");
  expectPart(text, ",\"failed: line\nbreak\"\r\n");
}

TEST(ComparisonWriterTest, JsonSaysWhatIsNotThere) {
  std::string text = Nasty().write(ComparisonFormat::Json);
  expectPart(text, "\"name\": \"a|b, \\\"c\\\"\\u001b[2J\"");
  expectPart(text, "\"algorithm\": null");
  expectPart(text, "\"mean_ratio\": null");
  expectPart(text, "\"reasons\": [\n");
  EXPECT_EQ(text.find("seconds"), std::string::npos);
}

} // namespace
