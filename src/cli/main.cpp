#include "milepost/base/version.hpp"
#include "milepost/cli/guarded_main.hpp"

#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return milepost::guarded_main(words);
}
