#include "milepost/run/agent_config.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/workspace/config_files.hpp"

#include <algorithm>

namespace milepost {

namespace fs = std::filesystem;

namespace {

std::vector<RepositoryFile> files_of(const AgentConfigParts& parts) {
  std::vector<RepositoryFile> all;
  for (const HarnessProfile* harness : parts.harnesses) {
    for (const RepositoryFile& file : harness->repository_files()) {
      if (std::ranges::find(all, file) == all.end()) all.push_back(file);
    }
  }
  return all;
}

bool is_json(const fs::path& path) {
  return path.extension() == ".json" || path.extension() == ".jsonc";
}

/// What stands for a file that is not to be seen: no file is read as JSON and found broken.
fs::path blank(const fs::path& directory, const FoundFile& file) {
  const fs::path path = directory / (file.is_directory    ? "nothing"
                                     : is_json(file.path) ? "nothing.json"
                                                          : "empty");
  if (file.is_directory) {
    fs::create_directories(path);
  } else {
    write_file_atomically(path, is_json(file.path) ? "{}\n" : "");
    fs::permissions(path, fs::perms(0644));
  }
  return path;
}

/// The base's commit, and below which directory its files lie.
struct Base {
  std::string commit;
  fs::path files;
};

Base export_base(const AgentConfigParts& parts, const std::vector<FoundFile>& found, const ShadowGit& git) {
  const std::string& name =
      parts.config.agent_config_ref.empty() ? parts.base : parts.config.agent_config_ref;
  const auto commit = name.empty() ? std::nullopt : git.commit_of(name);
  if (!commit)
    throw EnvironmentError(
        "agent_config is base-ref, and the base " +
            (name.empty() ? "is unknown" : printable(name) + " is not there"),
        name.empty() ? "name it by agent_config_ref"
                     : "fetch it (git fetch --depth=1 origin BRANCH), or name another by agent_config_ref");
  Base base{*commit, parts.directory / *commit};
  std::vector<std::string> paths;
  for (const FoundFile& file : found) paths.push_back(file.path);
  fs::remove_all(base.files);
  make_private_directories(base.files);
  static_cast<void>(git.export_paths(*commit, paths, base.files));
  return base;
}

Mount cover(const fs::path& source, const FoundFile& file, const std::string& reason) {
  return {Mount::Kind::bind, source.string(), std::string(k_workspace_path) + "/" + file.behind, true,
          reason};
}

std::string notice_of(const AgentConfigParts& parts, const std::vector<RepositoryFile>& files,
                      const std::string& base) {
  std::string named;
  for (const RepositoryFile& file :
       files_to_cover(files, parts.config.agent_config, /*with_options=*/false)) {
    const std::string name = file.path.substr(0, file.path.find("/*"));
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(parts.code_folder / name, ignored)))
      named += (named.empty() ? "" : ", ") + name;
  }
  if (named.empty()) return {};
  return "agent configuration of the repository that is " +
         (base.empty() ? std::string("not loaded: ") : "taken from commit " + base.substr(0, 12) + ": ") +
         named + " (agent_config: " + parts.config.agent_config + ")";
}

}  // namespace

AgentConfigCovers cover_agent_config(const AgentConfigParts& parts, const ShadowGit* git) {
  AgentConfigCovers covers;
  const std::string& policy = parts.config.agent_config;
  if (policy == "trust") return covers;
  const std::vector<RepositoryFile> files = files_of(parts);
  std::vector<SoughtFile> sought;
  for (const RepositoryFile& file : files_to_cover(files, policy, parts.with_options))
    sought.push_back({file.path, file.anywhere});
  const std::vector<FoundFile> found = find_config_files(parts.code_folder, sought);
  std::optional<Base> base;
  if (policy == "base-ref" && git) base = export_base(parts, found, *git);
  if (!found.empty()) make_private_directories(parts.directory);
  for (const FoundFile& file : found) {
    const fs::path own = base ? base->files / file.path : fs::path();
    std::error_code ignored;
    const bool is_there =
        base && (file.is_directory ? fs::is_directory(own, ignored) : fs::is_regular_file(own, ignored));
    covers.mounts.push_back(cover(is_there ? own : blank(parts.directory, file), file,
                                  is_there ? "the harness obeys it as it was in " + base->commit.substr(0, 12)
                                           : "the harness must not obey what the repository has there"));
  }
  covers.notice = notice_of(parts, files, base ? base->commit : "");
  return covers;
}

}  // namespace milepost
