#include "policy/list_source.h"

#include <cstdlib>
#include <memory>

#include "base/files.h"

namespace tlsward::policy {

base::Result<std::string> FileSource::read(const std::string& path) const {
  return base::read_file(path, max_list_bytes);
}

base::Result<std::vector<std::string>> FileSource::matching(const std::string& pattern) const {
  return base::files_matching(pattern);
}

std::string FileSource::identity(const std::string& path) const {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

}  // namespace tlsward::policy
