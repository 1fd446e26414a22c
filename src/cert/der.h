// Owns the little of DER that is read without a library: one element, its tag and its bounds.
#ifndef TLSWARD_CERT_DER_H
#define TLSWARD_CERT_DER_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace tlsward::cert::der {

/// Identifier octets that we look for (X.690; one octet each).
enum Tag : std::uint8_t {
  integer = 0x02,
  bit_string = 0x03,
  octet_string = 0x04,
  object_identifier = 0x06,
  utc_time = 0x17,
  generalized_time = 0x18,
  sequence = 0x30,
  context_0 = 0xA0,
};

/// One element: views into what it was read from.
struct Element {
  std::uint8_t tag = 0;
  std::string_view content;  ///< empty for one of indefinite length
  std::string_view whole;    ///< with its header
};

/// Takes the first element off `in`. Nothing for what is no element or reaches beyond `in`; tags of more than
/// one octet and lengths of more than four are none. An indefinite length (BER, as some PKCS#12 and PKCS#7
/// files have) is taken only with `allow_indefinite`, and then the element is all of `in`.
std::optional<Element> take(std::string_view& in, bool allow_indefinite = false);

/// Takes an element of that tag, or nothing and leaves `in` alone.
std::optional<Element> take(std::string_view& in, Tag tag);

}  // namespace tlsward::cert::der

#endif
