#pragma once

#include "milepost/harness/profile.hpp"

#include "harness/json_line.hpp"
#include "harness/line_reader.hpp"

#include <functional>
#include <string_view>

namespace milepost {

using OnEvent = std::function<void(AgentEvent)>;

/// An event parser for output that is one JSON object a line. Lines that are none become BadLines.
class JsonLineParser : public EventParser {
 public:
  void feed(std::string_view bytes, const OnEvent& on_event) override;
  void finish(const OnEvent& on_event) override;

 protected:
  /// Looks at a whole line before it is parsed; true: the line is dealt with.
  virtual bool take_text(std::string_view line, const OnEvent& on_event);
  virtual void take(const JsonLine& line, const OnEvent& on_event) = 0;
  /// A line that could not be read, at most k_bad_line_bytes of it; gives its BadLine.
  virtual void take_bad(std::string_view start, const OnEvent& on_event);
  /// Before the unfinished last line.
  virtual void at_end(const OnEvent& on_event);

 private:
  LineReader reader_;
};

}  // namespace milepost
