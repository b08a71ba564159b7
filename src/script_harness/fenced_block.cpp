#include "fenced_block.hpp"

namespace milepost::script_harness {

void FencedBlock::add_line(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  if (!is_open_) {
    if (line != "```milepost") return;
    is_open_ = true;
    open_ = "```milepost\n";
    return;
  }
  open_.append(line).append("\n");
  if (open_.size() > k_limit_bytes) {
    is_open_ = false;
    open_.clear();
  } else if (line == "```") {
    is_open_ = false;
    text_ = open_;
  }
}

}  // namespace milepost::script_harness
