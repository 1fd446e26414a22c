#include "cli/certificate_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "net/address.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view separator = ", ";

/// Names with a comma between: no host name or address has one, and one that does is shown as it is.
std::string all_names(const cert::Certificate& certificate) {
  std::string out;
  const auto add = [&](std::string_view name) {
    if (!out.empty()) out += separator;
    out += name;
  };
  for (const std::string& name : certificate.dns_names()) add(name);
  for (const net::Address& address : certificate.ip_addresses()) add(net::to_string(address));
  return out;
}

void append_names_json(std::string& out, std::string_view names) {
  out += '[';
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(separator), names.size());
    if (out.back() != '[') out += ',';
    base::append_json_string(out, names.substr(0, end));
    names.remove_prefix(std::min(end + separator.size(), names.size()));
  }
  out += ']';
}

}  // namespace

std::vector<Field> fields_of(const cert::Certificate& certificate, base::Seconds now) {
  const auto days = std::chrono::floor<std::chrono::days>(certificate.not_after() - now).count();
  std::vector<Field> out;
  out.push_back({"subject", certificate.subject()});
  out.push_back({"names", all_names(certificate)});
  out.push_back({"issuer", certificate.issuer()});
  out.push_back({"serial", certificate.serial()});
  out.push_back({"key", certificate.key().text()});
  out.push_back({"signature", certificate.signature_algorithm()});
  out.push_back({"not_before", base::render_time(certificate.not_before())});
  out.push_back({"not_after", base::render_time(certificate.not_after())});
  out.push_back({"days_left", fmt::format("{}", days), true});
  out.push_back({"sha256", certificate.sha256()});
  out.push_back({"pin", certificate.spki_pin()});
  out.push_back({"ca", certificate.is_ca() ? "yes" : "no"});
  return out;
}

std::vector<std::string_view> field_names() {
  return {"subject",    "names",     "issuer",    "serial", "key", "signature",
          "not_before", "not_after", "days_left", "sha256", "pin", "ca"};
}

std::string render_fields_text(const std::vector<Field>& fields) {
  std::string out;
  for (const Field& field : fields)
    fmt::format_to(std::back_inserter(out), "{:<11} {}\n", field.name, base::visible(field.value));
  return out;
}

std::string render_fields_json(const std::vector<Field>& fields) {
  std::string out = "{";
  for (const Field& field : fields) {
    fmt::format_to(std::back_inserter(out), "{}\"{}\":", out.size() == 1 ? "" : ",", field.name);
    if (field.name == "names") {
      append_names_json(out, field.value);
    } else if (field.is_number) {
      out += field.value;
    } else {
      base::append_json_string(out, field.value);
    }
  }
  return out + "}";
}

}  // namespace tlsward::cli
