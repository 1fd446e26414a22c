#include "cert/store_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tlsward::cert {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || base::is_digit(c);
}

// What follows ".new-" or ".old-"; empty for any other name.
std::string_view name_behind_prefix(std::string_view name) {
  for (const std::string_view prefix : {kNewPrefix, kOldPrefix}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return {};
}

}  // namespace

std::string deployment_name(int number) {
  return fmt::format("{:04}", number);
}

std::optional<int> parse_deployment_name(std::string_view name) {
  const auto number = base::parse_decimal(name, kMaxNumber);
  // One spelling a number: what we would write ourselves.
  if (!number || *number == 0 || deployment_name(static_cast<int>(*number)) != name) return std::nullopt;
  return static_cast<int>(*number);
}

std::string link_target(int number) {
  return fmt::format("{}/{}", kDeployments, deployment_name(number));
}

std::optional<int> parse_link_target(std::string_view target) {
  const std::string_view folder = kDeployments;
  if (!target.starts_with(folder) || !target.substr(folder.size()).starts_with('/')) return std::nullopt;
  return parse_deployment_name(target.substr(folder.size() + 1));
}

bool is_identity_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_waiting_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(),
                                          [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_leftover_link(std::string_view name) {
  const std::string_view behind = name_behind_prefix(name);
  return behind == kLive || behind == kPrevious;
}

bool is_leftover_deployment(std::string_view name) {
  return parse_deployment_name(name_behind_prefix(name)).has_value();
}

bool is_leftover_waiting(std::string_view name) {
  return is_waiting_name(name_behind_prefix(name));
}

std::string identity_folder(const std::vector<std::string>& identities, std::string_view name) {
  return identities.size() == 1 ? std::string() : fmt::format("{}/", name);
}

std::vector<std::string> deployment_files(const std::vector<std::string>& identities) {
  std::vector<std::string> files{kKeychain};
  for (const std::string& identity : identities) {
    for (const char* const file : {kKey, kCertificate, kChain, kFullchain})
      files.push_back(identity_folder(identities, identity) + file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool holds_key(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  return file == kKey || file == kKeychain;
}

}  // namespace tlsward::cert
