#pragma once

#include "milepost/base/secret_mask.hpp"
#include "milepost/channel/channel.hpp"

namespace milepost {

/// Stands before another sink and hands it the output with secrets masked. Call finish() after the process's
/// end.
class MaskingSink : public OutputSink {
 public:
  MaskingSink(const SecretMask& mask, OutputSink& behind) : out_(mask), err_(mask), behind_(behind) {}

  void on_stdout(std::string_view bytes) override;
  void on_stderr(std::string_view bytes) override;
  /// Hands on what was held back.
  void finish();

 private:
  MaskStream out_, err_;
  OutputSink& behind_;
};

}  // namespace milepost
