#include "egress_test_questions.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <map>

namespace milepost {

namespace {

constexpr const char* k_denied = "denied.milepost.invalid:443";

std::string tunnel(const EgressRoute& route, const std::string& target) {
  return "tunnel=" + route.proxy_address + "," + std::to_string(route.proxy_port) + "," + target;
}

}  // namespace

std::vector<std::string> egress_test_questions(const EgressRoute& route, const std::string& allowed,
                                               const std::vector<std::string>& gateways) {
  std::vector<std::string> questions = {
      tunnel(route, k_denied),
      "connect=1.1.1.1,443",
      "connect=8.8.8.8,53",
      "connect=2606:4700:4700::1111,443",
      "connect=169.254.169.254,80",  // metadata of a cloud's machine
      "connect=192.168.65.7,2375",   // Docker Desktop's engine
      "connect=192.168.65.254,80",   // its host
      "dns=8.8.8.8",
      "dns=127.0.0.11",  // Docker's own resolver, which may ask others
  };
  for (const std::string& gateway : gateways) {
    // Where nothing listens, a machine that is in reach refuses, and one that is not is silent.
    questions.push_back("connect=" + gateway + ",9");
    questions.push_back("connect=" + gateway + ",2375");
    questions.push_back("dns=" + gateway);
  }
  if (!allowed.empty()) questions.push_back(tunnel(route, allowed));
  return questions;
}

EgressVerdict judge_egress(const std::vector<std::string>& questions, const std::string& allowed,
                           std::string_view answers) {
  std::map<std::string, std::string> answer;
  for (const std::string_view line : lines_of(answers)) {
    const std::size_t blank = line.rfind(' ');
    if (blank != std::string_view::npos)
      answer[std::string(line.substr(0, blank))] = trim(line.substr(blank));
  }
  EgressVerdict verdict;
  const auto leak = [&](const std::string& what) {
    verdict.leak += (verdict.leak.empty() ? "" : "; ") + what;
  };
  for (const std::string& question : questions) {
    const auto found = answer.find(question);
    const std::string what = question.substr(question.find('=') + 1);
    if (found == answer.end()) {
      leak("the test gave no answer about " + what);
    } else if (question.starts_with("tunnel=") && question.ends_with("," + std::string(k_denied))) {
      if (found->second != "403")
        leak("the proxy answered " + found->second + " instead of refusing a host that is not allowed");
    } else if (question.starts_with("tunnel=")) {
      if (found->second == "403") leak("the proxy refuses " + allowed + ", which is allowed");
      // Without an answer it is still trying: it refuses at once.
      if (found->second.starts_with("5"))
        verdict.warning = "the egress proxy cannot reach " + allowed + " (" + found->second + ")";
    } else if (found->second != "none") {
      leak("the container reaches " + what + " without the proxy (" + found->second + ")");
    }
  }
  return verdict;
}

}  // namespace milepost
