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

Field names_field(const cert::Certificate& certificate) {
  Field out{"names", {}, false, certificate.dns_names()};
  for (const net::Address& address : certificate.ip_addresses()) out.list.push_back(net::to_string(address));
  out.value = fmt::format("{}", fmt::join(out.list, ", "));
  return out;
}

void append_list_json(std::string& out, const std::vector<std::string>& list) {
  out += '[';
  for (const std::string& element : list) {
    if (out.back() != '[') out += ',';
    base::append_json_string(out, element);
  }
  out += ']';
}

}  // namespace

std::vector<Field> fields_of(const cert::Certificate& certificate, base::Seconds now) {
  const auto days = std::chrono::floor<std::chrono::days>(certificate.not_after() - now).count();
  std::vector<Field> out;
  out.push_back({"subject", certificate.subject()});
  out.push_back(names_field(certificate));
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
      append_list_json(out, field.list);
    } else if (field.is_number) {
      out += field.value;
    } else {
      base::append_json_string(out, field.value);
    }
  }
  return out + "}";
}

}  // namespace tlsward::cli
