#include "cert/gnutls_handles.h"

#include <fmt/format.h>

namespace tlsward::cert {

gnutls_datum_t datum_of(std::string_view bytes) {
  // GnuTLS takes its input without const and leaves it alone.
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())),
          static_cast<unsigned>(bytes.size())};
}

base::Error from_gnutls(int rc, std::string_view doing, std::string where) {
  base::Errc code = base::Errc::parse;
  switch (rc) {
    case GNUTLS_E_MEMORY_ERROR:
    case GNUTLS_E_RANDOM_FAILED:
    case GNUTLS_E_RANDOM_DEVICE_ERROR: code = base::Errc::io; break;
    case GNUTLS_E_UNIMPLEMENTED_FEATURE:
    case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case GNUTLS_E_UNKNOWN_PK_ALGORITHM:
    case GNUTLS_E_ECC_UNSUPPORTED_CURVE:
    case GNUTLS_E_UNKNOWN_CIPHER_TYPE: code = base::Errc::range; break;
    default: break;
  }
  return base::Error{code, fmt::format("{}: {}", doing, gnutls_strerror(rc)), std::move(where)};
}

}  // namespace tlsward::cert
