# Writes OUT, a C++ file with the parts of the HTML report's page as texts. SOURCES: a directory and its scripts' names in order.
file(READ ${DIRECTORY}/page.html page)
file(READ ${DIRECTORY}/report.css style)
set(script "(() => {\n\"use strict\";\n")
foreach(name IN LISTS SCRIPTS)
  file(READ ${DIRECTORY}/${name} text)
  string(APPEND script "${text}")
endforeach()
string(APPEND script "})();\n")
file(WRITE ${OUT} "// Made by embed.cmake.
#include \"html_assets.hpp\"
namespace milepost {
const std::string_view k_html_page = R\"asset(${page})asset\";
const std::string_view k_html_style = R\"asset(${style})asset\";
const std::string_view k_html_script = R\"asset(${script})asset\";
}
")
