// The fuzz target of what mail servers say: SMTP replies, what postconf prints, sendmail.cf. The first octet
// chooses which.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "mta/postfix_text.h"
#include "mta/sendmail_text.h"
#include "smtp/reply.h"

namespace {

using namespace tlsward;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_is_printable(const std::string& text) {
  check(base::first_bad_utf8(text) == std::string::npos &&
        text.find_first_of("\n\r\x1B") == std::string::npos);
}

/// Cut in two anywhere, a reply reads as it does in one piece.
void check_reply(std::string_view octets, std::size_t cut) {
  using smtp::ReplyReader;
  ReplyReader whole;
  ReplyReader parts;
  const auto state = whole.take(octets);
  parts.take(octets.substr(0, cut % (octets.size() + 1)));
  check(parts.take(octets.substr(cut % (octets.size() + 1))) == state);
  check(parts.left_over() == whole.left_over() || state == ReplyReader::State::broken);
  check_is_printable(whole.problem());
  check_is_printable(whole.reply().shown());
  check(whole.reply().lines.size() <= ReplyReader::max_lines);
  if (state == ReplyReader::State::complete) check(whole.reply().code >= 200 && whole.reply().code <= 599);
  check((state == ReplyReader::State::broken) == !whole.problem().empty());
}

void check_listeners(const std::vector<mta::Listener>& listeners) {
  for (const mta::Listener& listener : listeners) {
    check(listener.port != 0 && !listener.service.empty() && !listener.host.empty());
    auto files = listener.certificate_files;
    std::sort(files.begin(), files.end());
    check(std::adjacent_find(files.begin(), files.end()) == files.end());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  switch (data[0]) {
    case 'r': check_reply(text, data[1]); break;
    case 'p': {
      mta::PostfixAnswers answers;
      answers.expanded = answers.raw = mta::parse_parameters(text);
      answers.services = mta::parse_services(text);
      answers.overrides = mta::parse_overrides(text);
      check_listeners(mta::listeners_of(answers));
      break;
    }
    case 's':
      check_listeners(mta::listeners_of(mta::parse_sendmail_cf(text)));
      check_is_printable(mta::parse_macro_answer(text));
      check_is_printable(mta::parse_version(text));
      break;
    default: break;
  }
  return 0;
}
