#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Without the white space (space, tab, CR, LF) at both ends.
std::string_view trim(std::string_view text);

/// The parts between separators; an empty text gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The lines without their LF or CRLF; a last LF adds no empty line.
std::vector<std::string_view> lines_of(std::string_view text);

std::string join(std::span<const std::string> parts, std::string_view separator);

std::string to_lower_ascii(std::string_view text);

/// The candidate nearest to `word` by edit distance, when near enough to be meant; for "did you mean".
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// `'…'` so that a POSIX shell reads the text as one word; plain words stay as they are.
std::string shell_quote(std::string_view word);

/// A command line that a person can paste into a shell.
std::string shell_join(std::span<const std::string> argv);

/// Text that cannot act on a terminal: control characters (C0, DEL, C1, bidi overrides) become visible
/// escapes such as
/// `\x1b`; invalid UTF-8 becomes U+FFFD. LF and TAB are kept when `keep_newlines`.
std::string printable(std::string_view text, bool keep_newlines = false);

/// At most `bytes` bytes, cut between UTF-8 characters.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

/// One line for display: printable, white space runs folded, cut to `columns` bytes with "…".
std::string one_line(std::string_view text, std::size_t columns);

/// Invalid UTF-8 replaced by U+FFFD, so that any JSON writer accepts it.
std::string valid_utf8(std::string_view text);

/// "1.2 MB"; powers of 1000.
std::string human_bytes(std::size_t bytes);

}  // namespace milepost
