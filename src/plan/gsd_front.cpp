#include "gsd_front.hpp"

#include "milepost/base/text.hpp"

#include "must_haves.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace milepost::parsing {

namespace {

constexpr std::array<std::string_view, 16> k_keys = {
    "phase",       "plan",        "type",       "wave",         "depends_on",     "depends-on",
    "autonomous",  "must_haves",  "must-haves", "requirements", "files_modified", "files-modified",
    "gap_closure", "gap-closure", "user_setup", "user-setup"};

/// A key is also found with '-' for '_'.
const FrontMatterEntry* find(const FrontMatter& front, std::string key) {
  if (const FrontMatterEntry* entry = front.find(key)) return entry;
  std::replace(key.begin(), key.end(), '_', '-');
  return front.find(key);
}

std::string text(const FrontMatter& front, const std::string& key) {
  const FrontMatterEntry* entry = find(front, key);
  return entry == nullptr || entry->value.absent() ? std::string() : std::string(trim(entry->text));
}

void warn(Plan& plan, const Span& at, const std::string& message, const std::string& remedy) {
  plan.diagnostics.push_back({Severity::warning, "bad-value", at, message, remedy});
}

bool flag(const FrontMatter& front, const std::string& key, bool fallback, Plan& plan) {
  const std::string word = to_lower_ascii(text(front, key));
  if (word.empty()) return fallback;
  for (const std::string_view yes : {"true", "yes", "on"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "off"}) {
    if (word == no) return false;
  }
  warn(plan, find(front, key)->value.at, key + " '" + one_line(word, 40) + "' is neither true nor false",
       "write true or false");
  return fallback;
}

std::vector<std::string> list(const FrontMatter& front, const std::string& key, Plan& plan) {
  const FrontMatterEntry* entry = find(front, key);
  return entry == nullptr ? std::vector<std::string>() : texts_of(entry->value, key, plan.diagnostics);
}

void read_wave(const FrontMatter& front, Plan& plan) {
  const std::string word = text(front, "wave");
  if (word.empty()) return;
  double wave = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), wave, std::chars_format::fixed);
  if (error == std::errc() && end == word.data() + word.size() && wave >= 0 && wave < 10'000)
    plan.wave = wave;
  else
    warn(plan, front.find("wave")->value.at,
         "wave '" + one_line(word, 40) + "' is no number; the dependencies give the wave",
         "write a number such as 2");
}

bool says_nothing(std::string_view item) {
  const std::string word = to_lower_ascii(item);
  return word.empty() || word == "none" || word == "n/a" || word == "-" || word == "null" || word == "~";
}

void add_new(std::vector<std::string>& ids, std::string id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
}

void read_dependency(std::string_view item, const Span& at, const GsdName& name, Plan& plan) {
  using Kind = GsdDependency::Kind;
  item = trim(item);
  if (says_nothing(item)) return;
  GsdDependency dependency = gsd_dependency(item, name);
  switch (dependency.kind) {
    case Kind::same_phase:
      add_new(plan.depends_on, std::move(dependency.id));
      return;
    case Kind::other_phase:
      add_new(plan.external, std::move(dependency.id));
      return;
    case Kind::self:
      plan.diagnostics.push_back({Severity::error, "self-dependency", at,
                                  "plan " + plan.id + " depends on itself", "remove it from depends_on"});
      return;
    case Kind::unclear:
      plan.diagnostics.push_back(
          {Severity::warning, "unclear-dependency", at,
           "plan " + plan.id + " depends on '" + one_line(item, 80) + "', which is no plan's id",
           "name a plan, such as 37-01, or 01 for one of the same phase"});
      add_new(plan.external, std::move(dependency.id));
  }
}

void read_dependencies(const FrontMatter& front, const GsdName& name, Plan& plan) {
  const FrontMatterEntry* entry = find(front, "depends_on");
  if (entry == nullptr || entry->value.absent()) return;
  const FrontMatterValue& value = entry->value;
  if (value.kind == FrontMatterValue::Kind::scalar) {
    for (const std::string_view item : split(value.text, ',')) read_dependency(item, value.at, name, plan);
    return;
  }
  for (const FrontMatterValue& item : value.items) read_dependency(on_one_line(item), item.at, name, plan);
}

/// What the declared wave says against the dependencies, as far as one file can tell.
void check_wave(const FrontMatter& front, Plan& plan) {
  if (!plan.wave) return;
  const Span at = front.find("wave")->value.at;
  const std::string wave = text(front, "wave");
  if (*plan.wave <= 1 && !plan.depends_on.empty()) {
    plan.diagnostics.push_back({Severity::warning, "wave-order", at,
                                "wave " + wave + " is declared, but the plan depends on " +
                                    join(plan.depends_on, ", ") + ", which must run in an earlier wave",
                                "declare a later wave, or remove the dependency"});
  } else if (*plan.wave > 1 && plan.depends_on.empty() && plan.external.empty()) {
    plan.diagnostics.push_back({Severity::warning, "wave-order", at,
                                "wave " + wave + " is declared, but the plan depends on no other plan",
                                "name in depends_on what it waits for, or declare wave 1"});
  }
}

void check_identity(const FrontMatter& front, const GsdName& name, Plan& plan) {
  const std::string number = text(front, "plan");
  const std::string phase = text(front, "phase");
  const std::string_view token = phase_token(phase);
  const bool other_number =
      !number.empty() && number != plan.id && !name.number.empty() && !same_number(number, name.number);
  const bool other_phase =
      !token.empty() && !name.phase.empty() && !same_number(token, phase_token(name.phase));
  if (!other_number && !other_phase) return;
  const FrontMatterEntry& entry = *front.find(other_number ? "plan" : "phase");
  plan.diagnostics.push_back({Severity::note, "id-mismatch", entry.value.at,
                              std::string(other_number ? "plan '" : "phase '") +
                                  one_line(other_number ? number : phase, 80) +
                                  "' does not fit the file's name; the plan's id is " + plan.id,
                              "the file name decides"});
}

}  // namespace

void read_gsd_front(const FrontMatter& front, const GsdName& name, Plan& plan) {
  plan.type = text(front, "type");
  plan.title = text(front, "title");
  plan.autonomous = flag(front, "autonomous", true, plan);
  plan.gap_closure = flag(front, "gap_closure", plan.type == "gap_closure", plan);
  plan.files_modified = list(front, "files_modified", plan);
  plan.requirements = list(front, "requirements", plan);
  if (const FrontMatterEntry* setup = find(front, "user_setup")) {
    if (setup->value.kind == FrontMatterValue::Kind::list)
      for (const FrontMatterValue& item : setup->value.items) plan.user_setup.push_back(on_one_line(item));
    else if (!setup->value.absent())
      plan.user_setup.push_back(setup->text);
  }
  if (const FrontMatterEntry* must = find(front, "must_haves"))
    plan.must_haves = read_must_haves(must->value, plan.diagnostics);
  for (const std::string key : {"wave", "depends_on", "files_modified"}) {
    if (const FrontMatterEntry* entry = find(front, key)) plan.places.emplace(key, entry->value.at);
  }
  read_wave(front, plan);
  read_dependencies(front, name, plan);
  check_wave(front, plan);
  check_identity(front, name, plan);
  for (const FrontMatterEntry& entry : front.entries) {
    if (std::find(k_keys.begin(), k_keys.end(), entry.key) == k_keys.end())
      plan.meta.emplace(entry.key, entry.text);
  }
}

}  // namespace milepost::parsing
