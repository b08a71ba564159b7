#pragma once

#include "milepost/plan/diagnostic.hpp"

#include "source_text.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// A place in a text: a line and an offset in it.
struct Place {
  std::uint32_t line = 0;
  std::size_t offset = 0;
  auto operator<=>(const Place&) const = default;
};

/// From `begin` to before `end`.
struct Region {
  Place begin;
  Place end;
};

/// A set of the tag names that milepost knows.
class TagNames {
 public:
  /// Pre: the names are known.
  constexpr TagNames(std::initializer_list<std::string_view> names);
  constexpr bool holds(std::uint8_t name) const { return (bits_ >> name & 1) != 0; }

 private:
  std::uint64_t bits_ = 0;
};

/// `<name …>` to `</name>`; what stands between is raw text.
struct Element {
  std::string_view name;
  std::string attributes;
  Place open;     ///< of "<"
  Region inside;  ///< what stands between the tags
  Place after;    ///< behind the close tag
};

/// The known tags of a text, each at the start of a line or right behind another element, and which close tag
/// belongs to which: tags are balanced by name, a close tag ends a line. Code fences do not matter.
class TagIndex {
 public:
  TagIndex(const SourceText& source, std::uint32_t first_line);

  /// The elements with one of the names in a region, none inside another. One whose close tag is missing ends
  /// at a close tag inside a line, else before the next tag of `names` or behind the close tag of another
  /// name; both are told.
  std::vector<Element> elements(const Region& region, const TagNames& names,
                                std::vector<Diagnostic>& diagnostics) const;

  /// Where the tasks stand: `<task>` tags at the start of a line, outside the sections. A task without an end
  /// is told and ends before the next one.
  std::vector<Element> tasks(const Region& region, const TagNames& sections,
                             std::vector<Element>& found_sections,
                             std::vector<Diagnostic>& diagnostics) const;

 private:
  static constexpr std::uint32_t k_open = UINT32_MAX;
  struct Entry {
    Place open;
    Place body;
    std::uint8_t name = 0;
    bool at_line_start = true;
    Place close;  ///< line k_open: none
    std::size_t after = 0;
  };
  void add_line(std::uint32_t& line, std::vector<std::vector<std::uint32_t>>& pending,
                std::vector<std::size_t>& task_lists);
  Element element_of(const Entry& entry, Place close, Place after) const;
  Element unclosed(std::size_t index, const Region& region, const TagNames& names,
                   std::vector<bool>& none_left, std::vector<Diagnostic>& diagnostics) const;
  Element task_at(std::size_t index, const Region& region, std::vector<Diagnostic>& diagnostics) const;
  std::size_t first_entry(Place from) const;

  const SourceText& source_;
  std::vector<Entry> entries_;
};

/// The text of a region with LF line ends, without blank lines at its start and white space at its end.
std::string block_of(const SourceText& source, const Region& region);
/// The same without white space at its start.
std::string text_of(const SourceText& source, const Region& region);

/// The names of tags that mean something in a plan.
inline constexpr std::string_view k_tag_names[] = {"tasks",
                                                   "task",
                                                   "objective",
                                                   "context",
                                                   "execution_context",
                                                   "verification",
                                                   "success_criteria",
                                                   "output",
                                                   "threat_model",
                                                   "interfaces",
                                                   "required_reading",
                                                   "deviation_protocol",
                                                   "out_of_scope",
                                                   "notes",
                                                   "feature",
                                                   "name",
                                                   "files",
                                                   "read_first",
                                                   "action",
                                                   "behavior",
                                                   "verify",
                                                   "done",
                                                   "acceptance_criteria",
                                                   "what-built",
                                                   "how-to-verify",
                                                   "resume-signal",
                                                   "decision",
                                                   "options",
                                                   "option",
                                                   "pros",
                                                   "cons",
                                                   "instructions",
                                                   "implementation",
                                                   "human-check",
                                                   "must_haves"};

constexpr TagNames::TagNames(std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < std::size(k_tag_names); ++i) {
      if (k_tag_names[i] == name) bits_ |= std::uint64_t{1} << i;
    }
  }
}

}  // namespace milepost::parsing
