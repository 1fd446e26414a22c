#include "cert/pem.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace tlsward::cert {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view closing = "-----";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_space(char c) {
  return base::is_blank(c) || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/// Cuts a text into lines, whatever ends them.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  /// The next line without blanks and marks around it; false at the end.
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    ++number_;
    const std::size_t end = rest_.find_first_of("\r\n");
    line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
    } else {
      const bool is_crlf = rest_.substr(end, 2) == "\r\n";
      rest_.remove_prefix(end + (is_crlf ? 2 : 1));
    }
    while (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    return true;
  }
  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint32_t number_ = 0;
};

/// What stands between the mark and the five hyphens; nothing for another line.
std::optional<std::string_view> label_after(std::string_view mark, std::string_view line) {
  if (!line.starts_with(mark) || !line.ends_with(closing)) return std::nullopt;
  if (line.size() < mark.size() + closing.size()) return std::nullopt;
  const auto label = base::trim(line.substr(mark.size(), line.size() - mark.size() - closing.size()));
  if (label.empty() || label.size() > 64) return std::nullopt;
  return label;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

/// Decodes base64 line by line.
class Base64 {
 public:
  /// False for a character that does not belong there.
  bool add(std::string_view text) {
    for (const char c : text) {
      if (is_space(c)) continue;
      if (c == '=') {
        // Two at the end of a quartet at most.
        if (filled_ < 2 || padding_ == 2) return false;
        ++padding_;
        push(0);
        continue;
      }
      const int value = base64_value(c);
      if (value < 0 || padding_ > 0) return false;
      push(static_cast<unsigned>(value));
    }
    return true;
  }
  /// False if a quartet is not whole.
  bool finish() {
    if (filled_ != 0) return false;
    out_.resize(out_.size() - padding_);
    return true;
  }
  base::Secret take() { return std::move(out_); }

 private:
  void push(unsigned value) {
    bits_ = (bits_ << 6U) | value;
    if (++filled_ < 4) return;
    const std::array<char, 3> bytes{static_cast<char>(bits_ >> 16U & 0xFFU),
                                    static_cast<char>(bits_ >> 8U & 0xFFU), static_cast<char>(bits_ & 0xFFU)};
    out_.append({bytes.data(), bytes.size()});
    bits_ = 0;
    filled_ = 0;
  }
  base::Secret out_;
  unsigned bits_ = 0;
  unsigned filled_ = 0;
  unsigned padding_ = 0;
};

/// A block while it is read.
struct Open {
  PemBlock block;
  Base64 body;
  bool is_wanted = false;
  bool in_header = false;
};

void read_body_line(Open& open, std::string_view line, std::uint32_t number) {
  if (!open.is_wanted || !open.block.fault.empty() || line.empty()) {
    if (line.empty()) open.in_header = false;
    return;
  }
  // RFC 1421 headers, which OpenSSL's old encryption still writes, and some tools' comments.
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    open.in_header = true;
    if (base::equals_ignoring_case(line.substr(0, colon), "DEK-Info") && line.size() < 256)
      open.block.dek_info = base::trim(line.substr(colon + 1));
    return;
  }
  if (open.in_header) return;  // a header's second line
  if (!open.body.add(line))
    open.block.fault =
        fmt::format("line {} of the {} is no base64", number, base::printable(open.block.label));
}

}  // namespace

void for_each_pem_block(std::string_view text, const std::function<bool(std::string_view)>& wants,
                        const std::function<bool(PemBlock&&)>& take) {
  Lines lines(text);
  std::optional<Open> open;
  const auto give = [&](std::string_view fault) {
    Open done = std::move(*open);
    open.reset();
    if (!done.is_wanted) return true;
    if (done.block.fault.empty()) done.block.fault = fault;
    if (done.block.fault.empty() && !done.body.finish()) done.block.fault = "its base64 is cut";
    if (done.block.fault.empty()) done.block.bytes = done.body.take();
    return take(std::move(done.block));
  };
  for (std::string_view line; lines.next(line);) {
    if (const auto label = label_after(begin_mark, line)) {
      if (open && !give("the block is cut: the next one begins before its END")) return;
      open.emplace();
      open->block.label = *label;
      open->block.line = lines.number();
      open->is_wanted = wants(*label);
    } else if (!open) {
      continue;
    } else if (const auto end = label_after(end_mark, line)) {
      if (!give(*end == open->block.label ? "" : "the block ends with the END of another")) return;
    } else {
      read_body_line(*open, line, lines.number());
    }
  }
  if (open) give("the block is cut: there is no END");
}

std::optional<base::Secret> decode_base64(std::string_view text) {
  Base64 decoder;
  if (!decoder.add(text) || !decoder.finish()) return std::nullopt;
  return decoder.take();
}

}  // namespace tlsward::cert
