#include "milepost/channel/masking_sink.hpp"

namespace milepost {

void MaskingSink::on_stdout(std::string_view bytes) {
  out_.feed(bytes, [this](std::string_view safe) { behind_.on_stdout(safe); });
}

void MaskingSink::on_stderr(std::string_view bytes) {
  err_.feed(bytes, [this](std::string_view safe) { behind_.on_stderr(safe); });
}

void MaskingSink::finish() {
  out_.finish([this](std::string_view rest) { behind_.on_stdout(rest); });
  err_.finish([this](std::string_view rest) { behind_.on_stderr(rest); });
}

}  // namespace milepost
