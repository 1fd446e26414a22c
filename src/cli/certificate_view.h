// Owns how a certificate is shown: its fields by name, as text and as JSON.
#ifndef TLSWARD_CLI_CERTIFICATE_VIEW_H
#define TLSWARD_CLI_CERTIFICATE_VIEW_H

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cert/certificate.h"

namespace tlsward::cli {

/// One field: its name as --field and JSON have it, and its value, not made printable.
struct Field {
  std::string_view name;
  std::string value;
  bool is_number = false;
  std::vector<std::string> list = {};  ///< the same one by one, where it is a list
};

/// All fields, in the order of the manual: subject, names, issuer, serial, key, signature, not_before,
/// not_after, days_left (whole days, negative once it is over), sha256, pin, ca.
std::vector<Field> fields_of(const cert::Certificate& certificate, base::Seconds now);

/// The names of all fields, in that order.
std::vector<std::string_view> field_names();

/// A line a field, aligned.
std::string render_fields_text(const std::vector<Field>& fields);

/// One JSON object; `names` is an array there. Ends without a line feed.
std::string render_fields_json(const std::vector<Field>& fields);

}  // namespace tlsward::cli

#endif
