#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace milepost {

/// A key link's pattern, ready to be looked for. RE2 does the work because its time is linear in the text and
/// its memory bounded, whatever the pattern and the file: std::regex backtracks and recurses, so that a file
/// the agent wrote could stall milepost or overflow its stack. RE2 reads ECMAScript's syntax but look-around
/// and back-references, which then cannot be checked.
class PatternSearch {
 public:
  explicit PatternSearch(std::string_view pattern);
  ~PatternSearch();
  PatternSearch(const PatternSearch&) = delete;
  PatternSearch& operator=(const PatternSearch&) = delete;

  /// Why it cannot be looked for; empty when it can.
  const std::string& problem() const { return problem_; }
  /// Why the text of the pattern itself is looked for; empty when it is a regular expression.
  const std::string& literal_because() const { return literal_because_; }
  bool found_in(std::string_view text) const;

 private:
  struct Compiled;
  std::string pattern_;
  std::string problem_;
  std::string literal_because_;
  std::unique_ptr<Compiled> compiled_;  ///< null: literal
};

}  // namespace milepost
