#include "policy/access_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::policy {
namespace {

constexpr std::size_t max_depth = 8;
constexpr std::size_t max_files = 1000;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

/// Whether the text is all printable ASCII, tabs and LF, as nearly every list is. Without a branch and in
/// blocks, so that the compiler takes many bytes at a time.
bool is_plain(std::string_view text) {
  constexpr std::size_t block = 64;
  const auto is_odd = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return static_cast<unsigned char>(static_cast<unsigned>(byte < 0x20) &
                                      static_cast<unsigned>(byte != '\t') &
                                      static_cast<unsigned>(byte != '\n')) |
           static_cast<unsigned char>(byte >= 0x7F);
  };
  for (; text.size() >= block; text.remove_prefix(block)) {
    unsigned char odd = 0;
    for (std::size_t i = 0; i < block; ++i) odd = static_cast<unsigned char>(odd | is_odd(text[i]));
    if (odd != 0) return false;
  }
  return std::none_of(text.begin(), text.end(), [&](char c) { return is_odd(c) != 0; });
}

/// Whether any line has to be looked at byte by byte: controls apart from CR before LF, or bytes that are not
/// UTF-8.
bool has_odd_bytes(std::string_view text) {
  const auto controls = std::count_if(text.begin(), text.end(), is_control);
  if (controls != 0) {
    std::size_t line_ends = 0;
    for (std::size_t at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n", at + 2))
      ++line_ends;
    if (static_cast<std::size_t>(controls) != line_ends) return true;
  }
  return base::first_bad_utf8(text) != std::string_view::npos;
}

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace

void AccessReader::read(const std::string& path) {
  root_ = base::folder_of(path);
  read_file(path, std::nullopt);
}

std::vector<std::string> AccessReader::folders() const {
  std::vector<std::string> out = folders_;
  for (const ListFile& file : files_) out.push_back(base::folder_of(file.name));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string AccessReader::relative(const std::string& path) const {
  if (root_ == ".") return path;
  const std::string prefix = root_.ends_with('/') ? root_ : root_ + "/";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

void AccessReader::cannot_read(const base::Error& error, const std::string& path,
                               const std::optional<Place>& from) {
  if (!from) {
    main_error_ = error;
    files_.push_back(ListFile{path, std::make_shared<const std::string>(relative(path)), {}});
    log_.add(Check::unreadable, Place{}, error.text,
             "name an access list that can be read; without a list nothing is in force");
    return;
  }
  const bool missing = error.code == base::Errc::missing;
  log_.add(missing ? Check::include_missing : Check::unreadable, *from,
           fmt::format("{}: {}", base::printable(path), error.text),
           missing ? "make the file, or remove the include line"
                   : "an included file must be a readable regular file");
}

void AccessReader::read_file(const std::string& path, const std::optional<Place>& from) {
  const std::string identity = source_.identity(path);
  if (std::find(open_.begin(), open_.end(), identity) != open_.end()) {
    log_.add(Check::include_loop, *from,
             fmt::format("{} includes itself through this line", base::printable(path)), "remove the line");
    return;
  }
  if (open_.size() >= max_depth) {
    log_.add(Check::include_depth, *from,
             fmt::format("files include each other more than {} deep", max_depth),
             "include the file from further up");
    return;
  }
  if (files_.size() >= max_files) {
    log_.add(Check::too_many_files, *from, fmt::format("the list has more than {} files", max_files),
             "put several into one");
    return;
  }
  auto text = source_.read(path);
  if (!text) return cannot_read(text.error(), path, from);
  digest_.add(*text);
  const auto file = static_cast<std::uint32_t>(files_.size());
  files_.push_back(ListFile{path, std::make_shared<const std::string>(relative(path)), *std::move(text)});
  open_.push_back(identity);
  if (check_text(file)) read_lines(file);
  open_.pop_back();
}

bool AccessReader::check_text(std::uint32_t file) {
  const std::string_view text = files_[file].text;
  needs_care_ = false;
  if (is_plain(text)) return true;
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    const auto line = static_cast<std::uint32_t>(
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n'));
    const std::size_t start = nul == 0 ? 0 : text.rfind('\n', nul - 1) + 1;  // npos + 1 is 0
    log_.add(Check::nul_byte, Place{file, line + 1, static_cast<std::uint32_t>(nul - start) + 1},
             "the file holds a NUL byte: it is no text", "save it as plain UTF-8 text");
    return false;
  }
  needs_care_ = has_odd_bytes(text);
  return true;
}

bool AccessReader::check_line(std::string_view line, const Place& place) {
  if (line.size() > max_line_bytes) {
    log_.add(Check::line_too_long, Place{place.file, place.line, 1},
             fmt::format("the line has {} bytes, at most {} are read", line.size(), max_line_bytes),
             "write one rule a line");
    return false;
  }
  if (!needs_care_) return true;
  if (const std::size_t bad = base::first_bad_utf8(line); bad != std::string_view::npos) {
    log_.add(Check::not_utf8, Place{place.file, place.line, static_cast<std::uint32_t>(bad) + 1},
             "the line is not UTF-8", "save the file as UTF-8");
    return false;
  }
  const auto control = std::find_if(line.begin(), line.end(), is_control);
  if (control != line.end()) {
    const bool cr = *control == '\r';
    log_.add(
        Check::control_character,
        Place{place.file, place.line, static_cast<std::uint32_t>(control - line.begin()) + 1},
        fmt::format("the line holds the control character \\x{:02X}", static_cast<unsigned char>(*control)),
        cr ? "end lines with LF or CRLF" : "remove it; only tabs and blanks separate words");
    return false;
  }
  return true;
}

void AccessReader::read_lines(std::uint32_t file) {
  // files_ may grow while includes are read, which moves its texts: the text is kept here meanwhile.
  std::string text = std::move(files_[file].text);
  const bool care = needs_care_;
  std::string_view rest = text;
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  ParsedRule rule;
  std::string pattern;
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const Place place{file, number, 0};
    if (!check_line(line, place)) continue;
    switch (lines_.parse(line, place, rule, pattern)) {
      case LineKind::rule:
        ++rules_;
        receiver_.take(rule);
        break;
      case LineKind::include:
        include(pattern, file, rule.place);
        needs_care_ = care;
        break;
      case LineKind::nothing:
      case LineKind::broken: break;
    }
  }
  files_[file].text = std::move(text);
}

void AccessReader::include(const std::string& pattern, std::uint32_t file, const Place& from) {
  const std::string path = base::join_path(base::folder_of(files_[file].name), pattern);
  folders_.push_back(base::folder_of(path));
  if (!has_wildcard(path)) return read_file(path, from);
  const auto found = source_.matching(path);
  if (!found) return cannot_read(found.error(), path, from);
  for (const std::string& name : *found) read_file(name, from);
}

}  // namespace tlsward::policy
