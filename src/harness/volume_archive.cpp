#include "milepost/harness/volume_archive.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"

#include "harness/install_container.hpp"
#include "harness/marker.hpp"
#include "harness/publish_volume.hpp"

#include <cerrno>
#include <csignal>
#include <exception>
#include <fstream>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_lock_member = "milepost-harness-volume.json";
constexpr const char* k_hashes_member = "milepost-files.sha256";
constexpr std::size_t k_piece_bytes = 256u << 10;
constexpr std::uint64_t k_progress_bytes = 100'000'000;
constexpr int k_damaged = 65;  ///< how the script below says that the archive, not the machine, is at fault

// $1: the volume's directory, $2: the lock's member, $3: the hashes' member, $4: the marker.
constexpr const char* k_export_script = R"(
set -eu
mkdir -p /tmp/archive
cat > "/tmp/archive/$2"
cd "$1"
find . -type f ! -path "./$4" -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum -- > "/tmp/archive/$3"
exec tar -cf - --sort=name --owner=0 --group=0 --numeric-owner \
  -C /tmp/archive "$2" -C "$1" --exclude="./$4" . -C /tmp/archive "$3"
)";

// The names of the extracted files are checked by count: every file of the list is there with its hash, so an
// equal number leaves no room for another one.
constexpr const char* k_import_script = R"(
set -u
cd "$1" || exit 1
tar -xf - --no-same-owner || exit 65
[ -f "$3" ] || { echo "the archive ends before its list of files" >&2; exit 65; }
sha256sum --quiet --strict --check -- "$3" >&2 || exit 65
rm -f -- "./$2" "./$4" || exit 1
listed=$(grep -c . "$3")
found=$(find . -type f ! -path "./$3" -printf x | wc -c)
[ "$listed" = "$found" ] || { echo "$found files where the list has $listed" >&2; exit 65; }
rm -f -- "./$3"
)";

ProcessSpec script(const char* text) {
  ProcessSpec spec = install_command(
      {"sh", "-c", text, "archive", k_harness_path, k_lock_member, k_hashes_member, k_marker_name});
  spec.idle_limit = Milliseconds(0);  // it is quiet for as long as there is work
  return spec;
}

/// Says now and then how far it is.
class Meter {
 public:
  Meter(const VolumeContext& context, std::string what) : context_(context), what_(std::move(what)) {}
  void add(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ / k_progress_bytes == told_ || !context_.on_progress) return;
    told_ = bytes_ / k_progress_bytes;
    context_.on_progress(what_ + ": " + human_bytes(bytes_));
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  const VolumeContext& context_;
  std::string what_;
  std::uint64_t bytes_ = 0, told_ = 0;
};

[[noreturn]] void refuse(const fs::path& file, const std::string& cause) {
  throw UsageError(file.string() + ": " + cause,
                   "copy it again, or make it anew with `milepost volumes export FILE`");
}

void extract(const fs::path& file, const VolumeContext& context, InstallContainer& container) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw UsageError("cannot read " + file.string() + ": " + std::generic_category().message(errno));
  Meter meter(context, "importing");
  const auto next = [&](std::string& piece) {
    piece.resize(k_piece_bytes);
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) throw InfraError("cannot read " + file.string());
    meter.add(piece.size());
    return !piece.empty();
  };
  const auto result = container.stream(script(k_import_script), {next, {}});
  if (result.end.exited && result.end.code == k_damaged)
    refuse(file, "the archive is damaged: " + one_line(result.tail, 300));
  if (!result.end.success())
    throw InfraError("cannot unpack " + file.string() + " into the harness volume: " +
                     one_line(result.end.error.empty() ? result.tail : result.end.error, 300));
}

}  // namespace

std::uint64_t export_volume(const VolumeContext& context, const HarnessLock& lock, const fs::path& file) {
  const auto volume = volume_name(lock);
  if (!volume) throw UsageError("no harness is set up: there is no volume to export", "milepost setup");
  if (volume_state(context, lock) != VolumeState::complete)
    throw UsageError("the harness volume " + *volume + " is not complete", "milepost setup fills it");
  AtomicFile archive(file);
  InstallContainer container(context, "milepost-export-" + random_hex(12), MountedVolume{*volume});
  ProcessSpec spec = script(k_export_script);
  spec.input = lock_text(lock);
  Meter meter(context, "exporting");
  std::exception_ptr problem;  // of the channel's thread; what comes after it is dropped
  const auto write = [&](std::string_view bytes) {
    if (problem) return;
    try {
      archive.write(bytes);
      meter.add(bytes.size());
    } catch (...) {
      problem = std::current_exception();
    }
  };
  const auto result = container.stream(std::move(spec), {{}, write});
  if (problem) std::rethrow_exception(problem);
  if (!result.end.success())
    throw InfraError("cannot read the harness volume " + *volume + ": " +
                     one_line(result.end.error.empty() ? result.tail : result.end.error, 300));
  archive.commit();
  return meter.bytes();
}

HarnessLock archive_lock(const fs::path& file, std::stop_token stop) {
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    throw UsageError(file.string() + ": there is no such file", "milepost volumes export FILE makes one");
  RunLimits limits;
  limits.output_bytes = 1u << 20;
  limits.stop = stop;
  const RunResult result =
      run_process({.argv = {"tar", "--extract", "--to-stdout", "--occurrence=1", "--force-local",
                            "--file=" + file.string(), "--", k_lock_member},
                   .environment = {},
                   .directory = {}},
                  limits);
  if (result.stopped) throw Stopped(SIGINT);
  if (result.out.empty() || !result.success())
    refuse(file, "this is not an archive of `milepost volumes export`");
  HarnessLock lock = parse_lock(result.out, file);
  if (!volume_name(lock)) refuse(file, "its lock has no harness that is installed");
  return lock;
}

std::string import_volume(const VolumeContext& context, const HarnessLock& lock, const fs::path& file) {
  const ImagePlatform platform = image_platform(context);
  if (lock.architecture != platform.architecture || lock.libc != platform.libc) {
    throw EnvironmentError(file.string() + " holds programs for " + lock.architecture + " with " + lock.libc +
                               ", and the image " + context.image + " is " + platform.architecture +
                               " with " + platform.libc,
                           "export it on a machine of the same kind");
  }
  const auto volume = publish_volume(
      context, lock, [&](const VolumeContext& filled, const HarnessLock&, InstallContainer& container) {
        extract(file, filled, container);
      });
  return volume.value();
}

}  // namespace milepost
