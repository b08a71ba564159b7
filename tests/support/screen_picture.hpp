#pragma once

#include "support/screen.hpp"

#include <string>

namespace milepost::test {

/// The screen as an SVG picture, the same for the same cells.
inline std::string picture_of(const Screen& screen) {
  constexpr int k_cell = 8, k_row = 18, k_margin = 12;
  const auto colour = [](const std::string& ink) -> std::string {
    if (ink == "32") return "#7ec699";
    if (ink == "31") return "#f08d8d";
    if (ink == "33") return "#e6c07b";
    if (ink == "2") return "#8b949e";
    return ink == "1" ? "#ffffff\" font-weight=\"bold" : "#d0d7de";
  };
  const auto escaped = [](const std::string& text) -> std::string {
    return text == "<" ? "&lt;" : text == "&" ? "&amp;" : text;
  };
  const std::size_t columns = screen.rows().front().size();
  const std::string width = std::to_string(static_cast<int>(columns) * k_cell + 2 * k_margin);
  const std::string height = std::to_string(static_cast<int>(screen.rows().size()) * k_row + 2 * k_margin);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height +
                    "\" viewBox=\"0 0 " + width + " " + height +
                    "\" font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\" font-size=\"13\">\n"
                    "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n";
  for (std::size_t row = 0; row < screen.rows().size(); ++row) {
    const Screen::Row& cells = screen.rows()[row];
    std::size_t used = cells.size();
    while (used > 0 && cells[used - 1].text == " ") --used;
    for (std::size_t at = 0; at < used;) {
      // A run of one ink; its length is set, so that no font moves what stands behind it.
      std::size_t end = at;
      std::string text;
      while (end < used && cells[end].ink == cells[at].ink) text += escaped(cells[end++].text);
      if (text.find_first_not_of(' ') != std::string::npos)
        svg += "<text xml:space=\"preserve\" x=\"" +
               std::to_string(k_margin + static_cast<int>(at) * k_cell) + "\" y=\"" +
               std::to_string(k_margin + static_cast<int>(row) * k_row + 13) + "\" textLength=\"" +
               std::to_string(static_cast<int>(end - at) * k_cell) + "\" fill=\"" + colour(cells[at].ink) +
               "\">" + text + "</text>\n";
      at = end;
    }
  }
  return svg + "</svg>\n";
}

}  // namespace milepost::test
