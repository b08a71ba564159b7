#include "run/egress_test_questions.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

const EgressRoute k_route{"net", "172.30.0.2", 3128, false};

/// The answers of a container that reaches nothing but the proxy, with one answer changed.
std::string answers(const std::vector<std::string>& questions, const std::string& about = {},
                    const std::string& changed = {}) {
  std::string text;
  for (const std::string& question : questions) {
    std::string answer = question.starts_with("tunnel=")
                             ? question.find("denied") != std::string::npos ? "403" : "200"
                             : "none";
    if (!about.empty() && question.find(about) != std::string::npos) answer = changed;
    if (answer != "-") text += question + " " + answer + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("an allowlist that holds is accepted, also when the allowed service is down") {
  const std::vector<std::string> questions = egress_test_questions(k_route, "a.example:443", {"172.17.0.1"});
  CHECK(judge_egress(questions, "a.example:443", answers(questions)).leak.empty());
  CHECK(judge_egress(questions, "a.example:443", answers(questions)).warning.empty());
  for (const char* slow : {"503", "502", "none"}) {
    const EgressVerdict verdict =
        judge_egress(questions, "a.example:443", answers(questions, "a.example", slow));
    CHECK(verdict.leak.empty());
    CHECK(verdict.warning.empty() == (slow[0] == 'n'));
  }
}

TEST_CASE("every way out that is open is a leak") {
  const std::vector<std::string> questions = egress_test_questions(k_route, "a.example:443", {"172.17.0.1"});
  struct Case {
    const char *about, *answer;
  };
  for (const Case& open : {Case{"1.1.1.1", "connected"},
                           {"2606:", "refused"},
                           {"169.254.169.254", "connected"},
                           {"192.168.65.7,2375", "connected"},
                           {"connect=172.17.0.1,9", "refused"},
                           {"dns=8.8.8.8", "answered"},
                           {"dns=127.0.0.11", "answered"},
                           {"denied.milepost", "200"},
                           {"denied.milepost", "none"},
                           {"a.example", "403"},
                           {"1.1.1.1", "-"},
                           {"denied.milepost", "-"}}) {
    CAPTURE(open.about);
    CHECK_FALSE(
        judge_egress(questions, "a.example:443", answers(questions, open.about, open.answer)).leak.empty());
  }
  CHECK_FALSE(judge_egress(questions, "a.example:443", "").leak.empty());
}
