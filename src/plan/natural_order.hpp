#pragma once

#include <string_view>

namespace milepost::parsing {

/// Whether `a` comes before `b` when runs of digits count as numbers: 2 < 10, 12 < 12.1 < 12A < 13, 01 < 03b.
/// Equal numbers of different length are told apart at the end: a total order.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace milepost::parsing
