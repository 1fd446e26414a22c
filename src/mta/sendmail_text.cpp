#include "mta/sendmail_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "mta/ports.h"

namespace tlsward::mta {
namespace {

/// The next line without its end, taken off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// Elements between commas, trimmed, none of them empty.
std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find(',');
    const std::string_view element = base::trim(text.substr(0, end));
    if (!element.empty()) out.emplace_back(element);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

void take_option(SendmailCf& cf, std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string name = base::to_lower(base::trim(line.substr(0, equals)));
  const std::string value(base::trim(line.substr(equals + 1)));
  if (name == "daemonportoptions") {
    cf.daemons.push_back(value);
  } else {
    cf.options.insert_or_assign(name, value);
  }
}

/// "jmx.example" or "{name}value".
void take_macro(SendmailCf& cf, std::string_view definition) {
  if (definition.empty()) return;
  std::size_t size = 1;
  std::string_view name = definition.substr(0, 1);
  if (definition[0] == '{') {
    const std::size_t end = definition.find('}');
    if (end == std::string_view::npos) return;
    name = definition.substr(1, end - 1);
    size = end + 1;
  }
  cf.macros.insert_or_assign(std::string(name), std::string(base::trim(definition.substr(size))));
}

void take_logical_line(SendmailCf& cf, std::string_view line) {
  if (line.size() < 2) return;
  // "O " is the long form; "OQ/var/spool" the old one, in which none of ours exists.
  if (line[0] == 'O' && base::is_blank(line[1])) take_option(cf, line.substr(2));
  if (line[0] == 'D') take_macro(cf, line.substr(1));
}

/// The fields of one DaemonPortOptions by their first letter.
std::map<char, std::string> fields_of(std::string_view options) {
  std::map<char, std::string> out;
  for (const std::string& field : split_at_commas(options)) {
    const std::size_t equals = field.find('=');
    if (equals != std::string::npos)
      out.insert_or_assign(field[0], std::string(base::trim(std::string_view(field).substr(equals + 1))));
  }
  return out;
}

std::optional<Listener> listener_of(const SendmailCf& cf, std::string_view options) {
  const std::map<char, std::string> fields = fields_of(options);
  const auto field = [&](char letter) {
    const auto found = fields.find(letter);
    return found == fields.end() ? std::string() : found->second;
  };
  const std::string family = base::to_lower(field('F'));
  const auto port = field('P').empty() ? std::optional<std::uint16_t>(25) : port_number(field('P'));
  if ((!family.empty() && family != "inet" && family != "inet6") || !port) return std::nullopt;
  Listener listener;
  listener.service = field('N').empty() ? "Daemon" + std::to_string(*port) : field('N');
  listener.host = field('A');
  const bool is_any = listener.host.empty() || listener.host == "0.0.0.0" || listener.host == "::";
  if (is_any) listener.host = family == "inet6" ? "::1" : "127.0.0.1";
  if (base::to_lower(listener.host).compare(0, 5, "ipv6:") == 0) listener.host.erase(0, 5);
  listener.port = *port;
  const std::string modifiers = field('M');
  if (modifiers.find('s') != std::string::npos) listener.security = smtp::Security::smtps;
  const std::string queue = cf.option("queuedirectory");
  // Sendmail takes up to two of each, the second for another kind of key.
  for (const char* const name : {"servercertfile", "serverkeyfile"}) {
    for (const std::string& file : split_at_commas(cf.option(name))) {
      std::string path = base::join_path(queue, file);
      auto& files = listener.certificate_files;
      if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(std::move(path));
    }
  }
  const bool has_both = !cf.option("servercertfile").empty() && !cf.option("serverkeyfile").empty();
  listener.has_tls = has_both && modifiers.find('S') == std::string::npos;
  return listener;
}

}  // namespace

std::string SendmailCf::option(std::string_view lower_case_name) const {
  const auto found = options.find(lower_case_name);
  return found == options.end() ? std::string() : found->second;
}

SendmailCf parse_sendmail_cf(std::string_view text) {
  SendmailCf cf;
  std::string logical;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.empty() && base::is_blank(line[0])) {
      logical.append(line);
      continue;
    }
    take_logical_line(cf, logical);
    logical.assign(!line.empty() && line[0] == '#' ? std::string_view() : line);
  }
  take_logical_line(cf, logical);
  return cf;
}

std::vector<Listener> listeners_of(const SendmailCf& cf) {
  std::vector<Listener> out;
  for (const std::string& daemon : cf.daemons) {
    if (auto listener = listener_of(cf, daemon)) out.push_back(*std::move(listener));
  }
  if (cf.daemons.empty()) {
    if (auto listener = listener_of(cf, "Name=MTA, Port=25")) out.push_back(*std::move(listener));
  }
  return out;
}

std::string parse_macro_answer(std::string_view output) {
  while (!output.empty()) {
    const std::string_view line = take_line(output);
    if (line.substr(0, 2) != "> ") continue;
    const std::string_view value = base::trim(line.substr(2));
    if (!value.empty()) return base::printable(value);
  }
  return {};
}

std::string parse_version(std::string_view output) {
  while (!output.empty()) {
    const std::string_view line = base::trim(take_line(output));
    constexpr std::string_view start = "Version 8.";
    if (line.substr(0, start.size()) == start) return base::printable(line.substr(start.size() - 2), 40);
  }
  return {};
}

}  // namespace tlsward::mta
