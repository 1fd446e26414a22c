// Runs a fuzz target over every file of its corpus: an input that once broke something is tried for ever.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main() {
  const char* const top = std::getenv("TOP_SRCDIR");
  const std::filesystem::path corpus =
      std::filesystem::path(top == nullptr ? "." : top) / "tests/fuzz/corpus" / TLSWARD_CORPUS;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const auto read = tlsward::base::read_file(entry.path(), std::uint64_t{1} << 30U);
    if (!read) {
      std::cerr << read.error().message() << '\n';
      return 1;
    }
    const std::string& text = *read;
    // Whole, and cut at every place of its first part, as a half-written file would be.
    for (std::size_t cut = 0; cut <= std::min<std::size_t>(text.size(), 400); ++cut) {
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), cut);
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    ++files;
  }
  std::cout << files << " inputs replayed\n";
  return files == 0 ? 99 : 0;
}
