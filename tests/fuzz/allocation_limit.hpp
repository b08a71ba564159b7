#pragma once

#include <sanitizer/allocator_interface.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

/// While it lives, one allocation of more than four times the input ends the fuzzer with a finding; what
/// small inputs need all the same is allowed. Only when MILEPOST_FUZZ_ALLOCATIONS is set, as scripts/fuzz
/// does: the short runs look for crashes. One at a time, one thread.
class AllocationLimit {
 public:
  explicit AllocationLimit(std::size_t input_bytes) {
    static const bool watches = [] {
      return std::getenv("MILEPOST_FUZZ_ALLOCATIONS") &&
             __sanitizer_install_malloc_and_free_hooks(&allocated, &freed);
    }();
    limit() = watches ? 4 * input_bytes + k_allowance_bytes : 0;
  }
  ~AllocationLimit() { limit() = 0; }
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;

 private:
  static constexpr std::size_t k_allowance_bytes = 64 * 1024;

  static std::size_t& limit() {
    static std::size_t bytes = 0;
    return bytes;
  }
  static void allocated(const volatile void*, std::size_t bytes) {
    const std::size_t allowed = limit();
    if (allowed == 0 || bytes <= allowed) return;
    limit() = 0;
    std::fprintf(stderr, "ERROR: one allocation of %zu bytes, %zu allowed for this input\n", bytes, allowed);
    std::abort();
  }
  static void freed(const volatile void*) {}
};
