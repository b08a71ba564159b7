#include "milepost/report/html_report.hpp"

#include "report/html_assets.hpp"
#include "report/html_data.hpp"
#include "report/large_run.hpp"
#include "report/sample_run.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace milepost;
using test::ScratchDir;

namespace {

/// What a browser takes for data blocks: from the opening tag to the first "</script", whatever stands
/// between.
std::map<std::string, nlohmann::json> blocks(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"";
  std::map<std::string, nlohmann::json> found;
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at + 1)) {
    const std::size_t name = at + open.size(), begin = page.find("\">", name) + 2,
                      end = page.find("</script", begin);
    found[page.substr(name, begin - 2 - name)] = nlohmann::json::parse(page.substr(begin, end - begin));
  }
  return found;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

const std::string k_nasty =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> <!--<script> ]]> ' \" & @DATA@ @SCRIPT@ "
    "\xe2\x80\xa8\xe2\x80\xa9 \xff\xfe \x1b[31m";

/// Every text that a plan, an agent or a check can supply is nasty.
RunState nasty_state() {
  std::vector<RunRecord> records = test::sample_run();
  auto& start = std::get<RunStarted>(records[0]);
  for (std::string* text : {&start.plan_id, &start.plan_title, &start.plan_path, &start.branch, &start.model,
                            &start.image, &start.tasks[0].title, &start.tasks[1].title})
    *text = k_nasty;
  auto& end = std::get<AttemptEnded>(records[7]);
  end.summary = end.detail = end.result = end.next_task_notes = k_nasty;
  end.decisions = {k_nasty};
  Evidence& check = std::get<Verified>(records[8]).evidence[0];
  check.command = check.detail = check.source = check.output = check.output_sha256 = k_nasty;
  std::get<Committed>(records[9]) = {TaskId("4.1"), k_nasty, {k_nasty}, {k_nasty}};
  std::get<AttemptEnded>(records[13]).question = Question{k_nasty, {k_nasty}, k_nasty};
  std::get<TaskFinished>(records[14]).detail = k_nasty;
  std::get<Warned>(records[16]).text = k_nasty;
  std::get<RunEnded>(records[18]).detail = k_nasty;
  return test::play(records);
}

}  // namespace

TEST_CASE("the page holds the report and a block for each prompt, log and diff") {
  const test::LargeRun run(9, 60);
  const std::string page =
      html_report(run.state, {run.directory / "run", &run.plan, [](const TaskState&) { return "+a\n"; }});
  const auto data = blocks(page);
  CHECK(data.at("run")["report"]["counts"]["total"] == 9);
  CHECK(data.at("run")["depends_on"]["1.2"] == nlohmann::json::array({"1.1"}));
  CHECK(data.at("diff-0") == "+a\n");
  CHECK(data.at("prompt-0-0").get<std::string>().starts_with("# Your task"));
  CHECK(data.at("log-0-0")[0] == nlohmann::json::array({"text", "Now I look at step 0 of the pump."}));
  CHECK(data.at("log-0-0")[1] == nlohmann::json::array({"call", "Edit src/gauge_0.c"}));
  CHECK(data.at("log-2-1").size() > 3);  // the second attempt of the third task
  CHECK_FALSE(data.contains("diff-8"));  // it has no commit
}

TEST_CASE("no text of anybody becomes markup, a script or another place of the page") {
  const ScratchDir scratch;
  scratch.write("attempts/4.1-2/prompt.md", k_nasty);
  scratch.write(
      "attempts/4.1-2/stdout.log",
      nlohmann::json{{"type", "assistant"},
                     {"message", {{"content", {{{"type", "text"}, {"text", k_nasty.substr(0, 90)}}}}}}}
              .dump() +
          "\n" + k_nasty + "\n");
  const std::string harmless = html_report(test::play(test::sample_run()), {});
  const std::string page =
      html_report(nasty_state(), {scratch.path(), nullptr, [](const TaskState&) { return k_nasty; }});
  const auto data = blocks(page);
  CHECK(data.size() == 4);
  CHECK(data.at("log-0-1")[0][1].get<std::string>().find("</script>") != std::string::npos);
  // The only scripts are the blocks and the page's own; its title is the only place outside of them.
  CHECK(count(page, "<script") == count(harmless, "<script") + 3);
  CHECK(count(page, "</script") == count(page, "<script"));
  CHECK(count(page, "<img") == 0);
  CHECK(count(page, "<!--") == 0);
  CHECK(page.find("\xe2\x80\xa8") == std::string::npos);
  CHECK(page.find("<title>&lt;/script&gt;") != std::string::npos);
}

TEST_CASE("the policy lets the page's own script and style in and nothing else") {
  const std::string page = html_report(test::play(test::sample_run()), {});
  CHECK(page.find("content=\"default-src 'none'; script-src " + policy_hash(k_html_script) + "; style-src " +
                  policy_hash(k_html_style) + "; base-uri 'none'; form-action 'none'\"") !=
        std::string::npos);
  CHECK(page.find("<script>" + std::string(k_html_script) + "</script>") != std::string::npos);
  CHECK(page.find("http:") ==
        page.find("http://www.w3.org/2000/svg"));  // a name, not an address that is loaded
  CHECK(page.find("https:") == std::string::npos);
  // Known answer: SHA-256 of nothing.
  CHECK(policy_hash("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
}

TEST_CASE("every text stands out from what it stands on, in light and in dark") {
  const std::string style(k_html_style);
  const std::size_t dark = style.find(":root[data-theme=\"dark\"]");
  REQUIRE(dark != std::string::npos);
  for (const std::size_t from : {std::size_t{0}, dark}) {
    const auto luminance = [&](const std::string& name) {
      const std::size_t at = style.find("--" + name + ": #", from) + name.size() + 5;
      std::string digits = style.substr(at, style.find(';', at) - at);
      if (digits.size() == 3) digits = {digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]};
      REQUIRE(digits.size() == 6);
      const auto part = [&](std::size_t begin) {
        const double value = std::stoi(digits.substr(begin, 2), nullptr, 16) / 255.0;
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
      };
      return 0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4);
    };
    for (const auto& pair : std::vector<std::pair<std::string, std::string>>{
             {"text", "bg"},      {"text", "card"},    {"text", "code"},    {"text", "ask-bg"},
             {"text", "good-bg"}, {"text", "rest-bg"}, {"soft", "bg"},      {"soft", "card"},
             {"soft", "code"},    {"soft", "ask-bg"},  {"soft", "good-bg"}, {"soft", "bad-bg"},
             {"soft", "run-bg"},  {"soft", "rest-bg"}, {"accent", "card"},  {"good", "good-bg"},
             {"bad", "bad-bg"},   {"ask", "ask-bg"},   {"run", "run-bg"},   {"rest", "rest-bg"},
             {"good", "card"},    {"bad", "card"},     {"ask", "card"},     {"run", "card"},
             {"run", "code"},     {"ask", "code"}}) {
      const auto& text = pair.first;
      const auto& ground = pair.second;
      INFO(text << " on " << ground << (from == 0 ? " in light" : " in dark"));
      const double a = luminance(text), b = luminance(ground);
      CHECK((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05) >= 4.5);  // WCAG 2, level AA
    }
  }
}

TEST_CASE("the page's scripts put text in as text only") {
  const std::string script(k_html_script);
  for (const char* way :
       {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc",
        "setTimeout(\"", "fetch(", "XMLHttpRequest", "localStorage"}) {
    CAPTURE(way);
    CHECK(script.find(way) == std::string::npos);
  }
}

TEST_CASE("a run without files, plan or attempts has a page too") {
  RunState state = test::play({test::sample_run().front()});
  state.started.harness = "of another version";
  const auto data = blocks(html_report(state, {"/nowhere", nullptr}));
  CHECK(data.size() == 1);
  CHECK(data.at("run")["report"]["status"] == "running");
}

TEST_CASE("a flood of a log is bounded and says so") {
  const ScratchDir scratch;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "not an event " + std::string(100, 'x') + "\n";
  scratch.write("stdout.log", text);
  const auto log = log_data(scratch.path(), "claude", 100'000);
  REQUIRE(log);
  CHECK(log->dump().size() < 150'000);
  CHECK(log->back()[1] == "the log is cut here; milepost logs has all of it");
}
