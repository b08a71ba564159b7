#include "phase_order.hpp"

#include "milepost/base/text.hpp"

#include "gsd_name.hpp"
#include "natural_order.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace milepost::parsing {

namespace {

/// The places that a dependency may mean: the plan of that id, else those whose id begins with it.
std::vector<std::size_t> meant_by(const Phase& phase, const std::string& name) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    if (phase.plans[i].plan.id == name) return {i};
    if (same_plan_id(phase.plans[i].plan.id, name)) found.push_back(i);
  }
  if (!found.empty()) return found;
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    if (phase.plans[i].plan.id.starts_with(name + "-")) found.push_back(i);
  }
  return found;
}

void resolve(Phase& phase, PhaseOrder& order) {
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    PhasePlan& item = phase.plans[i];
    const auto take = [&](const std::string& name) {
      const std::vector<std::size_t> meant = meant_by(phase, name);
      if (meant.size() > 1) {
        std::vector<std::string> candidates;
        for (const std::size_t place : meant) candidates.push_back(phase.plans[place].plan.id);
        order.ambiguous.push_back({i, name, std::move(candidates)});
      } else if (meant.size() == 1 && meant.front() != i &&
                 std::find(item.after.begin(), item.after.end(), meant.front()) == item.after.end()) {
        item.after.push_back(meant.front());
      }
      return !meant.empty();
    };
    item.after.clear();
    item.unknown.clear();
    for (const std::string& name : item.plan.depends_on) {
      if (!take(name)) item.unknown.push_back(name);
    }
    // A plan of the phase may be called by a whole stem that looks like another phase's.
    std::erase_if(item.externals, [&](const ExternalPlan& external) { return take(external.id); });
    std::sort(item.after.begin(), item.after.end());
  }
}

/// The places in an order in which each stands behind those it depends on; what is left out lies on a cycle
/// or behind one.
std::vector<std::size_t> in_order(const Phase& phase) {
  std::vector<std::size_t> waits;
  for (const PhasePlan& item : phase.plans) waits.push_back(item.after.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i] == 0) order.push_back(i);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (std::size_t i = 0; i < phase.plans.size(); ++i) {
      const auto& after = phase.plans[i].after;
      if (std::binary_search(after.begin(), after.end(), order[next]) && --waits[i] == 0) order.push_back(i);
    }
  }
  return order;
}

std::vector<std::size_t> cycle_of(const Phase& phase, const std::vector<std::size_t>& ordered) {
  std::vector<bool> stuck(phase.plans.size(), true);
  for (const std::size_t place : ordered) stuck[place] = false;
  const auto first = std::find(stuck.begin(), stuck.end(), true);
  if (first == stuck.end()) return {};
  // From any stuck plan the way back over stuck ones comes to a cycle.
  std::vector<std::size_t> way;
  auto now = static_cast<std::size_t>(first - stuck.begin());
  while (std::find(way.begin(), way.end(), now) == way.end()) {
    way.push_back(now);
    for (const std::size_t before : phase.plans[now].after) {
      if (!stuck[before]) continue;
      now = before;
      break;
    }
  }
  way.erase(way.begin(), std::find(way.begin(), way.end(), now));
  return way;
}

void find_waves(Phase& phase, const std::vector<std::size_t>& ordered) {
  const bool early = std::any_of(phase.plans.begin(), phase.plans.end(),
                                 [](const PhasePlan& item) { return item.plan.wave && *item.plan.wave < 1; });
  for (PhasePlan& item : phase.plans) {
    item.level = early ? 0 : 1;
    item.wave = std::max(item.level, item.plan.wave.value_or(0));
  }
  for (const std::size_t place : ordered) {
    PhasePlan& item = phase.plans[place];
    double behind = 0;
    for (const std::size_t before : item.after) {
      item.level = std::max(item.level, phase.plans[before].level + 1);
      behind = std::max(behind, phase.plans[before].wave);
    }
    item.wave = std::max(item.level, item.plan.wave.value_or(0));
    // A dependency may be declared later than its level.
    if (!item.after.empty() && item.wave <= behind) item.wave = std::floor(behind) + 1;
  }
}

/// Puts the plans in the order of their waves and renumbers what names them by place.
void sort_plans(Phase& phase, PhaseOrder& order) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < phase.plans.size(); ++i) places.push_back(i);
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    const PhasePlan& left = phase.plans[a];
    const PhasePlan& right = phase.plans[b];
    return left.wave != right.wave ? left.wave < right.wave : natural_less(left.plan.id, right.plan.id);
  });
  std::vector<std::size_t> new_place(places.size());
  std::vector<PhasePlan> sorted;
  for (std::size_t i = 0; i < places.size(); ++i) {
    new_place[places[i]] = i;
    sorted.push_back(std::move(phase.plans[places[i]]));
  }
  for (PhasePlan& item : sorted) {
    for (std::size_t& place : item.after) place = new_place[place];
    std::sort(item.after.begin(), item.after.end());
  }
  phase.plans = std::move(sorted);
  for (AmbiguousDependency& ambiguous : order.ambiguous) ambiguous.plan = new_place[ambiguous.plan];
  for (std::size_t& place : order.cycle) place = new_place[place];
}

void find_shared_files(Phase& phase) {
  std::map<std::pair<double, std::string>, std::vector<std::size_t>> users;
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    PhasePlan& item = phase.plans[i];
    item.shares.clear();
    std::set<std::size_t> told;
    std::set<std::string> own;
    for (const std::string& file : item.plan.files_modified) {
      const std::string path(plain_path(file));
      if (path.empty() || !own.insert(path).second) continue;
      std::vector<std::size_t>& earlier = users[{item.wave, path}];
      for (const std::size_t other : earlier) {
        if (told.insert(other).second) item.shares.push_back({other, path});
      }
      earlier.push_back(i);
    }
    std::sort(item.shares.begin(), item.shares.end(),
              [](const SharedFile& a, const SharedFile& b) { return a.with < b.with; });
  }
}

}  // namespace

bool same_plan_id(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> left = split(a, '-');
  const std::vector<std::string_view> right = split(b, '-');
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_number);
}

std::string_view plain_path(std::string_view path) {
  path = trim(path);
  while (path.size() > 1 && path.front() == '`' && path.back() == '`') path = path.substr(1, path.size() - 2);
  while (path.starts_with("./")) path.remove_prefix(2);
  return path;
}

PhaseOrder order_plans(Phase& phase) {
  std::sort(phase.plans.begin(), phase.plans.end(),
            [](const PhasePlan& a, const PhasePlan& b) { return natural_less(a.plan.id, b.plan.id); });
  PhaseOrder order;
  resolve(phase, order);
  const std::vector<std::size_t> ordered = in_order(phase);
  order.cycle = cycle_of(phase, ordered);
  find_waves(phase, ordered);
  sort_plans(phase, order);
  find_shared_files(phase);
  return order;
}

}  // namespace milepost::parsing
