#pragma once

#include <string_view>

namespace milepost {

// The page of the HTML report, made at build time from src/report/html/.
extern const std::string_view k_html_page;    ///< with @TITLE@, @CSP@, @STYLE@, @DATA@ and @SCRIPT@
extern const std::string_view k_html_style;   ///< CSS
extern const std::string_view k_html_script;  ///< all scripts in one

}  // namespace milepost
