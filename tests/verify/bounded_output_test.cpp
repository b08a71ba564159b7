#include "verify/bounded_output.hpp"

#include <doctest/doctest.h>

using namespace milepost;

TEST_CASE("short output is kept whole, both streams as they came") {
  BoundedOutput output;
  output.on_stdout("one ");
  output.on_stderr("two ");
  output.on_stdout("three");
  CHECK(output.text() == "one two three");
  CHECK(output.total_bytes() == 13);
}

TEST_CASE("nothing printed is an empty text with the hash of nothing") {
  BoundedOutput output;
  CHECK(output.text().empty());
  CHECK(output.sha256() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("long output keeps its head and tail and says what is missing") {
  for (const std::size_t piece : {std::size_t(1), std::size_t(7), std::size_t(5000), std::size_t(100000)}) {
    CAPTURE(piece);
    std::string all = "the head";
    all.resize(50'000, 'x');
    all += std::string(50'000 - 8, 'y') + "the tail";
    BoundedOutput output;
    for (std::size_t at = 0; at < all.size(); at += piece)
      output.on_stdout(std::string_view(all).substr(at, piece));
    const std::string text = output.text();
    CHECK(text.starts_with("the head"));
    CHECK(text.ends_with("the tail"));
    CHECK(text.find("[… 83616 bytes left out …]") !=
          std::string::npos);  // 4 KiB and 12 KiB of 100000 are kept
    CHECK(text.size() < 17'000);
    CHECK(output.total_bytes() == all.size());
    Sha256 hash;
    hash.update(all);
    CHECK(output.sha256() == hash.hex_digest());
  }
}

TEST_CASE("output just at the bound is whole") {
  BoundedOutput output;
  const std::string all(16 * 1024, 'z');
  output.on_stdout(all);
  CHECK(output.text() == all);
}

TEST_CASE("a character cut in two and broken bytes leave valid UTF-8") {
  BoundedOutput output;
  output.on_stdout(std::string(4095, 'a') + "é" + std::string(20'000, 'b') + "\xff");
  const std::string text = output.text();
  CHECK(text.find("\xff") == std::string::npos);
  CHECK(text.ends_with("\xef\xbf\xbd"));
}
