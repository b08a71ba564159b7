#pragma once

#include "milepost/telemetry/trace_span.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// The value of gen_ai.provider.name for a harness and its model (OpenTelemetry semantic conventions for
/// generative AI, well-known values): that of the harness's own maker, else by a model of the form
/// "provider/model", else the harness's name.
std::string gen_ai_provider(std::string_view harness, std::string_view model);

/// gen_ai.operation.name, gen_ai.provider.name and, when known, gen_ai.request.model.
std::vector<Attribute> gen_ai_operation(std::string_view operation, std::string_view harness,
                                        std::string_view model);

}  // namespace milepost
