#include "milepost/harness/lock.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include "harness/manifest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace milepost {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr unsigned k_format_version = 1;
constexpr const char* k_next_step = "mend or remove the file; `milepost setup` writes it anew";

[[noreturn]] void refuse(const fs::path& file, const std::string& cause) {
  throw UsageError(file.string() + ": " + cause, k_next_step);
}

/// Letters of npm names and versions; also keeps a lock's text from acting as an npm option or a path.
bool plain(const std::string& text) {
  constexpr std::string_view k_allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+@/=";
  return !text.starts_with('-') && text.find("..") == std::string::npos &&
         text.find_first_not_of(k_allowed) == std::string::npos;
}

std::string text_member(const fs::path& file, const json& object, const char* key,
                        const std::string& fallback) {
  const auto at = object.find(key);
  if (at == object.end()) return fallback;
  if (!at->is_string()) refuse(file, std::string("'") + key + "' is not a text");
  std::string text = at->get<std::string>();
  if (!plain(text))
    refuse(file, std::string("'") + key + "' holds characters that no version or package has");
  return text;
}

unsigned number_member(const fs::path& file, const json& object, const char* key, unsigned fallback) {
  const auto at = object.find(key);
  if (at == object.end()) return fallback;
  if (!at->is_number_unsigned() || at->get<std::uint64_t>() > std::numeric_limits<int>::max()) {
    refuse(file, std::string("'") + key + "' is not a small number");
  }
  return at->get<unsigned>();
}

LockedHarness read_harness(const fs::path& file, const json& object) {
  if (!object.is_object()) refuse(file, "an entry of 'harnesses' is not an object");
  LockedHarness harness;
  harness.harness = text_member(file, object, "harness", "");
  harness.package = text_member(file, object, "package", "");
  harness.version = text_member(file, object, "version", "");
  harness.integrity = text_member(file, object, "integrity", "");
  harness.node_version = text_member(file, object, "node_version", "");
  harness.recipe_version = number_member(file, object, "recipe_version", 1);
  if (harness.harness.empty()) refuse(file, "an entry of 'harnesses' has no name");
  if (harness.harness.find('/') != std::string::npos) refuse(file, "a harness's name holds a slash");
  if (!harness.package.empty() && harness.version.empty()) {
    refuse(file, "harness '" + harness.harness + "' has no version");
  }
  return harness;
}

void sort_by_name(std::vector<LockedHarness>& harnesses) {
  std::sort(harnesses.begin(), harnesses.end(),
            [](const LockedHarness& a, const LockedHarness& b) { return a.harness < b.harness; });
}

}  // namespace

const LockedHarness* HarnessLock::find(const std::string& harness) const {
  for (const LockedHarness& locked : harnesses) {
    if (locked.harness == harness) return &locked;
  }
  return nullptr;
}

std::vector<LockedHarness> installed_harnesses(const HarnessLock& lock) {
  std::vector<LockedHarness> installed;
  for (const LockedHarness& harness : lock.harnesses) {
    if (!harness.package.empty()) installed.push_back(harness);
  }
  sort_by_name(installed);
  return installed;
}

std::string manifest_text(const HarnessLock& lock) {
  std::string text = "milepost harness volume 1\n";
  // With its length in front no value can pass for another line.
  const auto add = [&](const char* key, const std::string& value) {
    text += std::string(key) + " " + std::to_string(value.size()) + ":" + value + "\n";
  };
  add("architecture", lock.architecture);
  add("libc", lock.libc);
  for (const LockedHarness& harness : installed_harnesses(lock)) {
    add("harness", harness.harness);
    add("package", harness.package);
    add("version", harness.version);
    add("recipe", std::to_string(harness.recipe_version));
    add("node", harness.node_version);
  }
  return text;
}

std::string volume_name_of(const std::string& manifest) {
  return "milepost-harness-" + sha256_hex(manifest).substr(0, 12);
}

std::string described(const HarnessLock& lock) {
  std::string text;
  for (const LockedHarness& harness : installed_harnesses(lock)) {
    text += (text.empty() ? "" : ", ") + harness.harness + " " + harness.version;
  }
  return text;
}

std::optional<std::string> volume_name(const HarnessLock& lock) {
  if (installed_harnesses(lock).empty()) return std::nullopt;
  return volume_name_of(manifest_text(lock));
}

HarnessLock read_lock(const fs::path& file) {
  const auto text = read_file_if_exists(file);
  return text ? parse_lock(*text, file) : HarnessLock();
}

HarnessLock parse_lock(const std::string& text, const fs::path& file) {
  const json state = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!state.is_object()) refuse(file, "this is not a harness lock (JSON object)");
  const unsigned version = number_member(file, state, "version", 0);
  if (version > k_format_version) {
    throw UsageError(file.string() + ": written by a newer milepost (format " + std::to_string(version) + ")",
                     "use that version, or move the file away and run `milepost setup`");
  }
  HarnessLock lock;
  lock.architecture = text_member(file, state, "architecture", "");
  lock.libc = text_member(file, state, "libc", "");
  const auto harnesses = state.find("harnesses");
  if (harnesses == state.end() || !harnesses->is_array()) refuse(file, "'harnesses' is not a list");
  for (const json& entry : *harnesses) {
    LockedHarness harness = read_harness(file, entry);
    if (lock.find(harness.harness)) refuse(file, "harness '" + harness.harness + "' is there twice");
    lock.harnesses.push_back(std::move(harness));
  }
  sort_by_name(lock.harnesses);
  return lock;
}

std::string lock_text(const HarnessLock& lock) {
  json state = {{"format", "milepost-harness-lock"},
                {"version", k_format_version},
                {"architecture", lock.architecture},
                {"libc", lock.libc},
                {"harnesses", json::array()}};
  // For people; it is computed from the rest whenever it is needed.
  if (const auto name = volume_name(lock)) state["volume"] = *name;
  std::vector<LockedHarness> sorted = lock.harnesses;
  sort_by_name(sorted);
  for (const LockedHarness& harness : sorted) {
    state["harnesses"].push_back({{"harness", harness.harness},
                                  {"package", harness.package},
                                  {"version", harness.version},
                                  {"integrity", harness.integrity},
                                  {"node_version", harness.node_version},
                                  {"recipe_version", harness.recipe_version}});
  }
  return state.dump(2) + "\n";
}

void write_lock(const fs::path& file, const HarnessLock& lock) {
  make_private_directories(file.parent_path());
  write_file_atomically(file, lock_text(lock));
}

void pin(HarnessLock& lock, LockedHarness harness) {
  std::erase_if(lock.harnesses, [&](const LockedHarness& known) { return known.harness == harness.harness; });
  lock.harnesses.push_back(std::move(harness));
  sort_by_name(lock.harnesses);
}

std::vector<LockChange> lock_changes(const HarnessLock& before, const HarnessLock& after) {
  std::vector<LockChange> changes;
  for (const LockedHarness& now : after.harnesses) {
    const LockedHarness* then = before.find(now.harness);
    changes.push_back({now.harness, then ? then->version : "", now.version,
                       !then || then->version != now.version || then->package != now.package ||
                           then->node_version != now.node_version ||
                           then->recipe_version != now.recipe_version});
  }
  for (const LockedHarness& then : before.harnesses) {
    if (!after.find(then.harness)) changes.push_back({then.harness, then.version, "", true});
  }
  std::sort(changes.begin(), changes.end(),
            [](const LockChange& a, const LockChange& b) { return a.harness < b.harness; });
  return changes;
}

}  // namespace milepost
