#include "milepost/channel/channel.hpp"

#include <algorithm>

namespace milepost {

namespace {

void keep(std::string& kept, std::string_view bytes, std::size_t limit) {
  kept.append(bytes.substr(0, limit - std::min(limit, kept.size())));
}

}  // namespace

void CollectingSink::on_stdout(std::string_view bytes) {
  keep(out, bytes, limit);
}

void CollectingSink::on_stderr(std::string_view bytes) {
  keep(err, bytes, limit);
}

}  // namespace milepost
