#include "cert/store_about.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "cert/store_layout.h"

namespace tlsward::cert {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using nlohmann::json;

// Far more than we ever write, and little enough to show.
constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxNames = 1000;

std::string dump(const nlohmann::ordered_json& value) {
  return value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

nlohmann::ordered_json files_json(const FileDigests& files) {
  auto out = nlohmann::ordered_json::object();
  for (const auto& [name, digest] : files) out[name] = {{"bytes", digest.bytes}, {"sha256", digest.sha256}};
  return out;
}

// Takes members out of what may be anything, and remembers the first that was not what it should be.
class Reader {
 public:
  explicit Reader(const json& value) : value_(value) {
    if (!value_.is_object()) fail("an object");
  }

  const json& member(const char* name) {
    static const json kNothing;
    if (!value_.is_object()) return kNothing;
    const auto it = value_.find(name);
    return it == value_.end() ? kNothing : *it;
  }

  std::string text(const char* name) {
    const json& found = member(name);
    const std::string* const text = found.get_ptr<const std::string*>();
    if (text == nullptr || text->size() > kMaxText) {
      fail(name);
      return {};
    }
    return *text;
  }

  std::string sha256(const char* name) {
    std::string found = text(name);
    if (!is_sha256(found)) fail(name);
    return found;
  }

  base::Seconds time(const char* name) {
    const Result<base::Seconds> parsed = base::parse_date(text(name));
    if (parsed) return *parsed;
    fail(name);
    return {};
  }

  std::uint64_t number(const char* name) {
    const json& found = member(name);
    if (const auto* const value = found.get_ptr<const json::number_unsigned_t*>()) return *value;
    fail(name);
    return 0;
  }

  void fail(const char* name) {
    if (!wrong_) wrong_ = name;
  }
  [[nodiscard]] const std::optional<std::string>& wrong() const { return wrong_; }

 private:
  const json& value_;
  std::optional<std::string> wrong_;
};

Error not_ours(const std::string& member) {
  return Error{Errc::parse,
               fmt::format("{} is damaged: \"{}\" is missing or not what it should be", kAbout, member),
               {}};
}

Result<json> parse_json(std::string_view text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return Error{Errc::parse, fmt::format("{} is no JSON", kAbout), {}};
  return value;
}

// Exactly the files of the layout: one less and it is not whole, one more and it is not ours.
Result<FileDigests> read_files(const json& value, const std::vector<std::string>& expected) {
  if (!value.is_object() || value.size() != expected.size()) return not_ours("files");
  FileDigests out;
  for (const std::string& name : expected) {
    const auto it = value.find(name);
    if (it == value.end()) return not_ours("files");
    Reader reader(*it);
    out[name] = FileDigest{reader.number("bytes"), reader.sha256("sha256")};
    if (reader.wrong()) return not_ours("files");
  }
  return out;
}

Result<std::vector<StoredIdentity>> read_identities(const json& value) {
  if (!value.is_array() || value.empty() || value.size() > kMaxIdentities) return not_ours("identities");
  std::vector<StoredIdentity> out;
  for (const json& each : value) {
    Reader reader(each);
    StoredIdentity identity;
    identity.name = reader.text("name");
    identity.certificate_sha256 = reader.sha256("certificate_sha256");
    identity.public_key_sha256 = reader.sha256("public_key_sha256");
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const StoredIdentity& other) { return other.name == identity.name; });
    if (reader.wrong() || known || !is_identity_name(identity.name)) return not_ours("identities");
    out.push_back(std::move(identity));
  }
  return out;
}

}  // namespace

std::string render_about(const DeploymentAbout& about) {
  auto identities = nlohmann::ordered_json::array();
  for (const StoredIdentity& each : about.identities) {
    identities.push_back({{"name", each.name},
                          {"certificate_sha256", each.certificate_sha256},
                          {"public_key_sha256", each.public_key_sha256}});
  }
  nlohmann::ordered_json out;
  out["made_at"] = base::render_time(about.made_at);
  out["source"] = about.source;
  out["mark"] = about.mark;
  out["identities"] = std::move(identities);
  out["files"] = files_json(about.files);
  return dump(out);
}

std::string render_about(const WaitingAbout& about) {
  nlohmann::ordered_json out;
  out["made_at"] = base::render_time(about.made_at);
  out["key_type"] = about.key_type;
  out["names"] = about.names;
  out["public_key_sha256"] = about.public_key_sha256;
  out["files"] = files_json(about.files);
  return dump(out);
}

Result<DeploymentAbout> parse_deployment_about(std::string_view text) {
  const Result<json> value = parse_json(text);
  if (!value) return value.error();
  Reader reader(*value);
  DeploymentAbout out;
  out.made_at = reader.time("made_at");
  out.source = reader.text("source");
  out.mark = reader.text("mark");
  if (reader.wrong()) return not_ours(*reader.wrong());
  auto identities = read_identities(reader.member("identities"));
  if (!identities) return identities.error();
  out.identities = *std::move(identities);
  std::vector<std::string> names;
  for (const StoredIdentity& each : out.identities) names.push_back(each.name);
  auto files = read_files(reader.member("files"), deployment_files(names));
  if (!files) return files.error();
  out.files = *std::move(files);
  return out;
}

Result<WaitingAbout> parse_waiting_about(std::string_view text) {
  const Result<json> value = parse_json(text);
  if (!value) return value.error();
  Reader reader(*value);
  WaitingAbout out;
  out.made_at = reader.time("made_at");
  out.key_type = reader.text("key_type");
  out.public_key_sha256 = reader.sha256("public_key_sha256");
  if (reader.wrong()) return not_ours(*reader.wrong());
  const json& names = reader.member("names");
  if (!names.is_array() || names.size() > kMaxNames) return not_ours("names");
  for (const json& each : names) {
    const std::string* const name = each.get_ptr<const std::string*>();
    if (name == nullptr || name->size() > kMaxText) return not_ours("names");
    out.names.push_back(*name);
  }
  auto files = read_files(reader.member("files"), {kKey, kRequest});
  if (!files) return files.error();
  out.files = *std::move(files);
  return out;
}

}  // namespace tlsward::cert
