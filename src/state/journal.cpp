#include "milepost/state/journal.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/base/version.hpp"
#include "milepost/state/crc32.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr unsigned k_format = 1;
constexpr std::string_view k_seal_start = ",\"crc\":\"";
constexpr std::size_t k_seal_bytes = 18;  // ,"crc":"01234567"}
constexpr std::uint64_t k_limit_bytes = std::uint64_t{1} << 30;

std::string seal_of(std::string_view body) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(crc32(body)));
  return std::string(k_seal_start) + digits + "\"}";
}

/// The object's text with a checksum of everything before it as its last key, and a newline.
std::string sealed(std::string object) {
  object.pop_back();
  return object + seal_of(object) + "\n";
}

bool seal_holds(std::string_view line) {
  if (line.size() < k_seal_bytes) return false;
  const std::size_t body = line.size() - k_seal_bytes;
  return line.substr(body) == seal_of(line.substr(0, body));
}

[[noreturn]] void refuse(const fs::path& file, std::size_t line, const std::string& cause) {
  std::string next_step;
  if (line > 2) {
    next_step = "to go on from what is before it, keep the first " + std::to_string(line - 1) +
                " lines of the file and remove the rest";
  } else {
    next_step = "to begin again, move the directory " + file.parent_path().string() + " away";
  }
  throw UsageError(file.string() + ":" + std::to_string(line) + ": " + cause, next_step);
}

Fd open_regular(const fs::path& file, int flags) {
  Fd fd(::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!fd) {
    const int error = errno;
    std::string cause = std::generic_category().message(error);
    if (error == ELOOP) cause = "it is a symbolic link, which a journal never is";
    if (error == EISDIR) cause = "it is a directory";
    throw UsageError("cannot open the journal " + file.string() + ": " + cause);
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    throw UsageError("cannot open the journal " + file.string() + ": it is " +
                     (S_ISDIR(info.st_mode) ? "a directory" : "not a regular file"));
  }
  return fd;
}

std::string text_of(const Fd& fd, const fs::path& file) {
  std::string text;
  char buffer[64 * 1024];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_errno("cannot read the journal " + file.string());
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > k_limit_bytes) {
      throw UsageError("the journal " + file.string() + " is larger than " + human_bytes(k_limit_bytes));
    }
  }
}

/// Takes the first complete line off the text; nothing when no newline is left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

void check_first_line(const fs::path& file, std::string_view& rest) {
  if (rest.empty()) refuse(file, 1, "the journal is empty; its first line is missing");
  const auto line = take_line(rest);
  if (!line) refuse(file, 1, "the journal's first line is incomplete");
  const auto header = nlohmann::json::parse(*line, nullptr, /*allow_exceptions=*/false);
  const auto format = header.is_object() ? header.find("milepost-journal") : header.end();
  if (!header.is_object() || format == header.end() || !format->is_number_unsigned()) {
    refuse(file, 1, "this is not the first line of a milepost journal");
  }
  if (!seal_holds(*line)) refuse(file, 1, "the line is damaged: its checksum does not match");
  const auto number = format->get<std::uint64_t>();
  if (number > k_format) {
    const auto writer = header.find("milepost");
    const std::string needed = writer != header.end() && writer->is_string()
                                   ? one_line(writer->get<std::string>(), 40)
                                   : "a newer one";
    throw UsageError(file.string() + ":1: the journal has format " + std::to_string(number) +
                         ", written by milepost " + needed + "; this milepost " + std::string(version()) +
                         " reads format " + std::to_string(k_format),
                     "use milepost " + needed + " or newer");
  }
  if (number != k_format) refuse(file, 1, "there is no journal format " + std::to_string(number));
}

struct Parsed {
  std::vector<RunEvent> events;
  std::uint64_t complete_bytes = 0;  ///< without a torn last line
};

/// `lines`: how many are before the text.
Parsed parse(const fs::path& file, std::string_view text, std::size_t lines = 0) {
  Parsed parsed;
  std::string_view rest = text;
  if (lines == 0) check_first_line(file, rest);
  for (std::size_t number = std::max<std::size_t>(lines, 1) + 1; const auto line = take_line(rest);
       ++number) {
    if (!seal_holds(*line)) refuse(file, number, "the record is damaged: its checksum does not match");
    try {
      if (auto event = from_json_line(*line)) parsed.events.push_back(std::move(*event));
    } catch (const UsageError& error) {
      refuse(file, number, error.what());
    }
  }
  parsed.complete_bytes = text.size() - rest.size();
  return parsed;
}

/// A file that is gone at the end of the scope.
struct Temporary {
  fs::path path;
  ~Temporary() { ::unlink(path.c_str()); }
};

}  // namespace

Journal Journal::create(const fs::path& file) {
  const fs::path directory = file.parent_path();
  make_private_directories(directory);
  const Temporary temporary{file.string() + "." + random_hex(8)};
  Fd fd(::open(temporary.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw_errno("cannot write the journal " + file.string());
  const nlohmann::ordered_json header = {
      {"milepost-journal", k_format}, {"milepost", version()}, {"created", utc_now()}};
  const std::string line = sealed(header.dump());
  write_all(fd.get(), line.data(), line.size(), file.c_str());
  // A link, not a rename: it refuses an existing journal.
  if (::link(temporary.path.c_str(), file.c_str()) != 0)
    throw_errno("cannot make the journal " + file.string());
  sync_directory(directory);
  sync_directory(directory.parent_path());
  return Journal(std::move(fd), file, line.size());
}

Journal Journal::open(const fs::path& file) {
  Fd fd = open_regular(file, O_RDWR);
  const std::string text = text_of(fd, file);
  const std::uint64_t end = parse(file, text).complete_bytes;
  if (end < text.size() && ::ftruncate(fd.get(), static_cast<off_t>(end)) != 0)
    throw_errno("cannot cut the torn last line off the journal " + file.string());
  return Journal(std::move(fd), file, end);
}

void Journal::append(const RunEvent& event, bool sync) {
  const std::string line = sealed(to_json_line(event));
  ssize_t written = 0;
  do {
    written = ::pwrite(fd_.get(), line.data(), line.size(), static_cast<off_t>(end_));
  } while (written < 0 && errno == EINTR);
  const bool whole = written == static_cast<ssize_t>(line.size());
  if (!whole || (sync && !to_disk())) {
    // A short write is a full disk or a file size limit; only the next one would tell which.
    const int error = written >= 0 && !whole ? ENOSPC : errno;
    std::string cause = std::generic_category().message(error);
    if (::ftruncate(fd_.get(), static_cast<off_t>(end_)) != 0) cause += "; part of the record may remain";
    throw InfraError("cannot write the journal " + file_.string() + ": " + cause,
                     "make room on that disk, then resume the run");
  }
  end_ += line.size();
}

/// Whether the disk has it; errno tells why not.
bool Journal::to_disk() {
  const auto begin = SteadyClock::now();
  const bool done = ::fdatasync(fd_.get()) == 0;
  const int error = errno;
  ++sync_cost_.syncs;
  sync_cost_.time += std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begin);
  errno = error;
  return done;
}

std::vector<RunEvent> Journal::read(const fs::path& file) {
  const Fd fd = open_regular(file, O_RDONLY);
  return parse(file, text_of(fd, file)).events;
}

std::vector<RunEvent> Journal::read_on(const fs::path& file, Position& position) {
  const Fd fd = open_regular(file, O_RDONLY);
  if (::lseek(fd.get(), static_cast<off_t>(position.bytes), SEEK_SET) < 0)
    throw_errno("cannot read the journal " + file.string());
  const std::string text = text_of(fd, file);
  Parsed parsed = parse(file, text, position.lines);
  const auto complete = text.begin() + static_cast<std::ptrdiff_t>(parsed.complete_bytes);
  position.lines += static_cast<std::size_t>(std::count(text.begin(), complete, '\n'));
  position.bytes += parsed.complete_bytes;
  return std::move(parsed.events);
}

bool needs_sync(const RunRecord& record) {
  if (const auto* ended = std::get_if<AttemptEnded>(&record)) return ended->duration > Seconds(1);
  return std::holds_alternative<RunStarted>(record) || std::holds_alternative<RunResumed>(record) ||
         std::holds_alternative<TaskFinished>(record) || std::holds_alternative<QuestionAnswered>(record) ||
         std::holds_alternative<CheckOverridden>(record) || std::holds_alternative<RunEnded>(record);
}

RunState replay(const fs::path& file) {
  RunState state;
  for (const RunEvent& event : Journal::read(file)) apply(state, event);
  return state;
}

}  // namespace milepost
