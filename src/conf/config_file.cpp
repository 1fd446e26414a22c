#include "conf/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "conf/checks.h"
#include "conf/option_table.h"
#include "conf/value.h"

namespace tlsward::conf {
namespace {

using base::Finding;

constexpr std::string_view command_line_name = "command line";

std::string unknown_key_hint(std::string_view key) {
  const std::string_view near = nearest_option(key);
  return near.empty() ? "tlsward.conf(5) lists all keys" : fmt::format("did you mean {}?", near);
}

std::string key_name(std::string_view key) {
  return base::printable(key, 60);
}

/// What to say about a key and a value, apart from the place: nothing, or a check with its sentence and
/// remedy.
struct Complaint {
  Check check;
  std::string text;
  std::string hint;
  bool is_about_value = false;
};

/// Judges a key and its value and sets it where it is right.
std::optional<Complaint> set_key(Config& config, std::string_view key, std::string_view value) {
  const OptionInfo* const option = find_option(key);
  if (option == nullptr)
    return Complaint{Check::unknown_key, fmt::format("there is no key \"{}\"", key_name(key)),
                     unknown_key_hint(key)};
  if (option->use == OptionUse::later) {
    return Complaint{Check::key_without_effect, fmt::format("{} has no effect in this version", option->key),
                     "keep it for a later version, or remove it"};
  }
  if (value.empty() && !option->may_be_empty) {
    return Complaint{Check::missing_value, fmt::format("{} has no value", option->key),
                     fmt::format("write {} = {}", option->key, option->value_name)};
  }
  if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
    return Complaint{Check::bad_value, fmt::format("the value of {} is quoted", option->key),
                     "values are written without quotes", true};
  }
  if (auto fault = set_value(config, *option, std::string(value))) {
    return Complaint{Check::bad_value, fmt::format("{}: {}", option->key, fault->text),
                     std::move(fault->hint), true};
  }
  return std::nullopt;
}

/// Where a comment begins: a # at the start of the line or behind a blank. A # inside of a word belongs to it
/// (an URL's fragment).
std::size_t comment_start(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || base::is_blank(line[i - 1]))) return i;
  }
  return line.size();
}

/// Reads one file's text, line by line.
class FileParser {
 public:
  FileParser(const std::string& name, Config& config, base::Findings& findings)
      : name_(name), config_(config), findings_(findings), findings_before_(findings.size()) {}

  void parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty() && !is_full_) {
      const std::size_t end = text.find('\n');
      line_ = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line_.ends_with('\r')) line_.remove_suffix(1);
      ++number_;
      if (line_is_text()) parse_line();
    }
  }

 private:
  void add(Check check, std::size_t offset, std::string text, std::string hint) {
    if (findings_.size() - findings_before_ >= max_findings) {
      is_full_ = true;
      findings_.push_back(base::make_finding(info_of(Check::more_findings), name_,
                                             fmt::format("the rest from line {} on was not read", number_),
                                             "mend those above and check again"));
      return;
    }
    Finding finding = base::make_finding(info_of(check), name_, std::move(text), std::move(hint));
    finding.line = number_;
    finding.column = static_cast<std::uint32_t>(offset) + 1;
    base::show_line(finding, line_);
    findings_.push_back(std::move(finding));
  }

  bool line_is_text() {
    if (const std::size_t nul = line_.find('\0'); nul != std::string_view::npos) {
      add(Check::nul_byte, nul, "the line holds a NUL byte", "save the file as plain UTF-8 text");
      return false;
    }
    if (line_.size() > max_line_bytes) {
      add(Check::line_too_long, max_line_bytes,
          fmt::format("the line has {} bytes, at most {} are read", line_.size(), max_line_bytes),
          "no value is as long as that: is this the right file?");
      return false;
    }
    if (const std::size_t bad = base::first_bad_utf8(line_); bad != std::string_view::npos) {
      add(Check::not_utf8, bad, "the line is not UTF-8 text", "save the file as UTF-8");
      return false;
    }
    const auto is_control = [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; };
    if (const auto* const it = std::find_if(line_.begin(), line_.end(), is_control); it != line_.end()) {
      add(Check::control_character, static_cast<std::size_t>(it - line_.begin()),
          "the line holds a control character", "remove it");
      return false;
    }
    return true;
  }

  void parse_line() {
    const std::string_view content = base::trim(line_.substr(0, comment_start(line_)));
    if (content.empty()) return;
    const std::size_t equals = content.find('=');
    const std::string_view key = base::trim(content.substr(0, equals));
    if (content.front() == '[')
      return add(Check::bad_line, offset_of(content), "a line in brackets",
                 "there are no sections: write key = value");
    if (equals == std::string_view::npos) {
      return add(Check::bad_line, offset_of(content), "the line has no \"=\"",
                 fmt::format("write {} = VALUE", find_option(key) != nullptr ? key : "KEY"));
    }
    if (key.empty())
      return add(Check::bad_line, offset_of(content), "there is no key before the \"=\"",
                 "write key = value");
    const std::string_view value = base::trim(content.substr(equals + 1));
    if (const auto [it, is_new] = seen_.emplace(key, number_); !is_new) {
      return add(Check::doubled_key, offset_of(key),
                 fmt::format("{} stands on line {} already", key_name(key), it->second),
                 "keep one of the two");
    }
    if (auto complaint = set_key(config_, key, value)) {
      add(complaint->check, offset_of(complaint->is_about_value ? value : key), std::move(complaint->text),
          std::move(complaint->hint));
    }
  }

  [[nodiscard]] std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - line_.data());
  }

  const std::string& name_;
  Config& config_;
  base::Findings& findings_;
  std::size_t findings_before_;
  std::string_view line_;
  std::uint32_t number_ = 0;
  bool is_full_ = false;
  std::unordered_map<std::string_view, std::uint32_t> seen_;  ///< keys and their lines
};

}  // namespace

void parse_config(std::string_view text, const std::string& name, Config& config, base::Findings& findings) {
  FileParser(name, config, findings).parse(text);
}

void apply_setting(const Setting& setting, Config& config, base::Findings& findings) {
  const bool is_text =
      std::none_of(setting.value.begin(), setting.value.end(), [](char c) { return c >= 0 && c < 0x20; });
  std::optional<Complaint> complaint;
  if (is_text) {
    complaint = set_key(config, setting.key, setting.value);
  } else {
    complaint = Complaint{Check::bad_value,
                          fmt::format("the value of {} holds a control character", key_name(setting.key)),
                          "remove it"};
  }
  if (complaint)
    findings.push_back(base::make_finding(info_of(complaint->check), std::string(command_line_name),
                                          std::move(complaint->text), std::move(complaint->hint)));
}

}  // namespace tlsward::conf
