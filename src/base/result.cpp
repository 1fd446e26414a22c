#include "base/result.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace tlsward::base {

Error from_errno(int err, std::string_view doing, std::string where) {
  Errc code = Errc::io;
  switch (err) {
    case ENOENT:
    case ENOTDIR: code = Errc::missing; break;
    case EACCES:
    case EPERM:
    case EROFS: code = Errc::permission; break;
    case ECONNREFUSED: code = Errc::unavailable; break;
    case EADDRINUSE:
    case EEXIST: code = Errc::conflict; break;
    default: break;
  }
  return Error{code, fmt::format("{}: {}", doing, std::generic_category().message(err)), std::move(where)};
}

}  // namespace tlsward::base
