#pragma once

#include "milepost/harness/profile.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace milepost::test {

/// Every event of a stream that is fed in pieces of `piece` bytes and then ends.
inline std::vector<AgentEvent> collect(EventParser& parser, std::string_view bytes,
                                       std::size_t piece = 1 << 16) {
  std::vector<AgentEvent> events;
  const auto keep = [&](AgentEvent event) { events.push_back(std::move(event)); };
  for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece), keep);
  parser.finish(keep);
  return events;
}

template <class Event>
std::vector<Event> only(const std::vector<AgentEvent>& events) {
  std::vector<Event> found;
  for (const AgentEvent& event : events) {
    if (const Event* one = std::get_if<Event>(&event)) found.push_back(*one);
  }
  return found;
}

inline bool has_success(const std::vector<AgentEvent>& events) {
  const auto results = only<ResultEvent>(events);
  return std::any_of(results.begin(), results.end(),
                     [](const ResultEvent& result) { return result.kind == ResultKind::success; });
}

}  // namespace milepost::test
