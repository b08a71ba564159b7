#pragma once

#include <string>

// What a text must look like. Each throws UsageError without a place.

namespace milepost::config {

/// A word of a command line that is no option: a name, an image, a path.
void check_word(const std::string& text);
void check_word_or_empty(const std::string& text);
/// A client of an engine.
void check_engine(const std::string& text);
void check_not_blank(const std::string& text);
/// Does not repeat the text: it may be a secret that was written in place of its name.
void check_variable_name(const std::string& text);
/// NAME=PATH, of which only the name is repeated.
void check_secret_file(const std::string& text);
/// Relative to the code folder and inside it.
void check_path_inside(const std::string& text);
/// See parse_egress_target().
void check_egress_target(const std::string& text);
/// A TCP port, 1 to 65535.
void check_port(const std::string& text);
void check_handoff(const std::string& text);
/// Knows its placeholders.
void check_commit_message(const std::string& text);

}  // namespace milepost::config
