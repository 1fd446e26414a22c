#include "milter/descriptor_guard.h"

#include <fcntl.h>
#include <unistd.h>

namespace tlsward::milter {

std::uint64_t DescriptorGuard::lowest_free() const {
  const int number = ::open("/", O_PATH | O_CLOEXEC);
  if (number < 0) return limit_;
  ::close(number);
  return static_cast<std::uint64_t>(number);
}

}  // namespace tlsward::milter
