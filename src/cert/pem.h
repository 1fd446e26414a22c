// Owns the reading of PEM: which blocks a text has, wherever they stand in it.
#ifndef TLSWARD_CERT_PEM_H
#define TLSWARD_CERT_PEM_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace tlsward::cert {

/// One block, or what should have been one.
struct PemBlock {
  std::string label;       ///< "CERTIFICATE"
  std::uint32_t line = 0;  ///< of its BEGIN, from 1
  base::Secret bytes;      ///< decoded
  std::string dek_info;    ///< of OpenSSL's old encryption: "AES-256-CBC,0011..."; else empty
  std::string fault;       ///< why it cannot be read: then there are no bytes. Printable
};

/// Tells every block of `text` whose label `wants` asks for, in order. Lines end with LF, CRLF or CR;
/// byte-order marks and blanks around a line do not matter, nor what stands between blocks (RFC 7468
/// section 2). A block without END, with another one's BEGIN or END inside, or with what is no base64 is told
/// with its fault. Stops early when `take` gives false. Linear in the text; one block is held at a time.
void for_each_pem_block(std::string_view text, const std::function<bool(std::string_view label)>& wants,
                        const std::function<bool(PemBlock&&)>& take);

/// Base64 (RFC 4648 section 4) with blanks and ends of lines in it; nothing for anything else, and for less
/// than a whole number of quartets.
std::optional<base::Secret> decode_base64(std::string_view text);

}  // namespace tlsward::cert

#endif
