#pragma once

#include "milepost/plan/plan.hpp"

#include "fences.hpp"

namespace milepost::parsing {

/// Reads what stands before the first task into `plan`: title, id, goal, branch and milestone dependencies.
/// `first` is the line behind the front matter, `end` the line of the first task or the line count.
void read_milestone_header(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                           std::uint32_t end, Plan& plan);

/// The first "# Title" of the lines first..end-1; empty when there is none.
std::string_view first_title(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                             std::uint32_t end);

}  // namespace milepost::parsing
