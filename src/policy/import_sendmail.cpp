#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/text.h"
#include "policy/convert_parts.h"

namespace tlsward::policy {
namespace {

using base::equals_ignoring_case;
using net::Prefix;

/// A key's client part: whole octets or groups are networks. "192.168.2" is 192.168.2.0/24, "2001:db8:25" is
/// 2001:db8:25::/48.
std::optional<Prefix> parse_key(std::string_view key) {
  if (key.starts_with('[') && key.ends_with(']')) key = key.substr(1, key.size() - 2);
  const bool is_v6 = key.size() > 5 && equals_ignoring_case(key.substr(0, 5), "IPv6:");
  if (is_v6) key.remove_prefix(5);
  if (const auto whole = net::Address::parse(key))
    return Prefix{*whole, static_cast<std::uint8_t>(net::width_of(whole->family))};
  const char separator = is_v6 ? ':' : '.';
  const auto parts = static_cast<unsigned>(std::count(key.begin(), key.end(), separator)) + 1;
  const unsigned most = is_v6 ? 8 : 4;
  if (key.empty() || parts >= most) return std::nullopt;
  std::string filled(key);
  if (is_v6) {
    filled += "::";
  } else {
    for (unsigned i = parts; i < most; ++i) filled += ".0";
  }
  const auto address = net::Address::parse(filled);
  if (!address || (address->family == net::Family::v6) != is_v6) return std::nullopt;
  return Prefix{*address, static_cast<std::uint8_t>(parts * (is_v6 ? 16 : 8))};
}

/// The CN out of a distinguished name as Sendmail writes it: /C=DE/CN=Name.
std::string_view common_name(std::string_view name) {
  const std::size_t at = name.rfind("/CN=");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = name.substr(at + 4);
  return rest.substr(0, rest.find('/'));
}

/// What the tags of Sendmail's access map say about one key, each by itself.
struct Said {
  std::optional<Terms> connect;   ///< Connect:
  std::optional<Terms> tls;       ///< TLS_Clt:
  std::optional<bool> is_hidden;  ///< Srv_Features: S hides STARTTLS
  std::uint32_t line = 0;         ///< of the one that spoke last, for findings
  std::string_view text;
};

/// Each tag is looked up by itself, the longest key first, so what a key does not say it takes from the key
/// around it.
Said inherited(Said own, const Said& around) {
  if (!own.connect) own.connect = around.connect;
  if (!own.tls) own.tls = around.tls;
  if (!own.is_hidden) own.is_hidden = around.is_hidden;
  return own;
}

Terms terms_of(const Said& said) {
  if (said.connect && said.connect->mode == Mode::deny) return *said.connect;
  if (said.tls && said.tls->mode == Mode::required) return *said.tls;
  Terms terms;
  if (said.is_hidden.value_or(false)) terms.mode = Mode::none;
  return terms;
}

class SendmailImport {
 public:
  explicit SendmailImport(ConvertLog& log) : log_(log) {}

  void take(std::string_view line, std::uint32_t number) {
    line_ = line;
    number_ = number;
    std::string_view rest = line;
    const std::string_view key = take_word(rest);
    if (key.empty() || key.starts_with('#')) return;
    const std::string_view value = base::trim(rest);
    if (value.empty())
      return log_.add(ConvertCheck::bad_line, key,
                      "the key has no value: makemap refuses the line, and it is left out");
    const std::size_t colon = key.find(':');
    const std::string_view tag = key.substr(0, colon);
    if (colon == std::string_view::npos || equals_ignoring_case(tag, "IPv6")) return take_connect(key, value);
    const std::string_view client = key.substr(colon + 1);
    if (equals_ignoring_case(tag, "Connect")) return take_connect(client, value);
    if (equals_ignoring_case(tag, "TLS_Clt")) return take_tls(client, value);
    if (equals_ignoring_case(tag, "Srv_Features")) return take_features(client, value);
    log_.add(
        ConvertCheck::cannot_say, key,
        fmt::format("\"{}:\" says nothing about clients and TLS: it is left out", base::printable(tag, 40)),
        "it stays in Sendmail's access map");
  }

  void finish(std::string& out) {
    for (const Prefix& prefix : order_) {
      Said said = networks_.at(prefix);
      // Longer networks come first in Sendmail as with us; what this key does not say, the next shorter one
      // does.
      for (unsigned bits = prefix.bits; bits-- > 0;) {
        const auto it = networks_.find(Prefix{prefix.first.masked(bits), static_cast<std::uint8_t>(bits)});
        if (it != networks_.end()) said = inherited(said, it->second);
      }
      write(out, network_text(prefix), inherited(said, default_));
    }
    if (default_.tls || default_.is_hidden) write(out, "default", default_);
  }

 private:
  void write(std::string& out, std::string_view network, const Said& said) {
    const Terms terms = terms_of(said);
    if (terms.mode == Mode::required && said.is_hidden.value_or(false)) {
      log_.at(said.line, said.text);
      log_.add(ConvertCheck::cannot_say, said.text,
               fmt::format("{}: TLS is required and STARTTLS hidden: taken as required", network),
               "decide which of the two is meant");
    }
    append_rule(out, network, terms);
  }

  /// The place for what `client` says; null (and a finding) where that is no address.
  Said* said_of(std::string_view client) {
    if (client.empty()) {
      default_.line = number_;
      default_.text = line_;
      return &default_;
    }
    const auto prefix = parse_key(client);
    if (!prefix) {
      log_.add(ConvertCheck::cannot_say, client,
               fmt::format(
                   "\"{}\" is no address: rules by a client's name cannot be said, and the line is left out",
                   base::printable(client, 80)),
               "name the networks that such clients come from");
      return nullptr;
    }
    const auto [it, is_new] = networks_.try_emplace(*prefix);
    if (is_new) order_.push_back(*prefix);
    it->second.line = number_;
    it->second.text = line_;
    return &it->second;
  }

  template <class T>
  void set(std::optional<T>& slot, T value, std::string_view key) {
    if (slot)
      return log_.add(ConvertCheck::conflict, key,
                      "the key stands here a second time: makemap keeps the first, and so do we");
    slot = std::move(value);
  }

  void take_connect(std::string_view client, std::string_view value) {
    if (client.empty())
      return log_.add(ConvertCheck::bad_line, client, "the key names no client: it is left out");
    Terms terms;
    std::string_view text = value;
    const std::string_view first = take_word(text);
    std::string_view reply;
    if (equals_ignoring_case(first, "REJECT")) {
      terms.mode = Mode::deny;
    } else if (first.size() >= 6 && equals_ignoring_case(first.substr(0, 6), "ERROR:")) {
      reply = value.substr(6);
      terms.mode = Mode::deny;
    } else if (first.size() == 3 && base::parse_decimal(first, 599).value_or(0) >= 400) {
      reply = value;
      terms.mode = Mode::deny;
    } else if (!equals_ignoring_case(first, "OK") && !equals_ignoring_case(first, "RELAY") &&
               !equals_ignoring_case(first, "SKIP")) {
      log_.add(ConvertCheck::cannot_say, value,
               fmt::format("\"{}\" is no matter of TLS: the line is left out", base::printable(value, 60)),
               "it stays in Sendmail's access map");
      return;
    }
    if (!reply.empty()) {
      keep_reply(terms, reply);
    } else if (terms.mode != Mode::deny) {
      log_.add(ConvertCheck::taken_as, value,
               fmt::format("{} asks nothing about TLS: taken as available", base::printable(first, 20)),
               "what else it permits stays Sendmail's matter");
    }
    Said* const said = said_of(client);
    if (said != nullptr) set(said->connect, std::move(terms), client);
  }

  /// ERROR:["]text["], ERROR:D.S.N:["]text["] or the text alone, where the text begins with a code.
  void keep_reply(Terms& terms, std::string_view reply) {
    terms.tempfail = reply.starts_with('4') || reply.starts_with("\"4");
    const std::size_t colon = reply.find(':');
    if (colon == 5 && reply[1] == '.' && reply[3] == '.') reply.remove_prefix(colon + 1);
    if (reply.size() > 1 && reply.starts_with('"') && reply.ends_with('"'))
      reply = reply.substr(1, reply.size() - 2);
    terms.note = reply;
    log_.add(ConvertCheck::taken_as, reply, "the reply's text is kept as a note: clients are told ours");
  }

  void take_features(std::string_view client, std::string_view value) {
    std::optional<bool> hidden;
    std::string_view rest = value;
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      if (word == "S" || word == "s") {
        hidden = word == "S";
      } else {
        log_.add(ConvertCheck::cannot_say, word,
                 fmt::format("the feature \"{}\" is left out", base::printable(word, 20)),
                 "it stays in Sendmail's access map");
      }
    }
    if (!hidden) return;
    Said* const said = said_of(client);
    if (said != nullptr) set(said->is_hidden, *hidden, client);
  }

  /// [(PERM|TEMP)+](VERIFY[:bits]|ENCR:bits)[+extension[++extension...]], as STLS_connection of proto.m4
  /// reads it.
  void take_tls(std::string_view client, std::string_view value) {
    Terms terms;
    terms.tempfail = true;  // 454 is Sendmail's default
    std::string_view text = value;
    const auto takes_prefix = [&](std::string_view prefix) {
      if (text.size() < prefix.size() || !equals_ignoring_case(text.substr(0, prefix.size()), prefix))
        return false;
      text.remove_prefix(prefix.size());
      return true;
    };
    if (takes_prefix("PERM+")) {
      terms.tempfail = false;
    } else {
      takes_prefix("TEMP+");
    }
    const bool wants_verify = takes_prefix("VERIFY");
    const bool wants_bits = !wants_verify && takes_prefix("ENCR");
    const std::size_t plus = std::min(text.find('+'), text.size());
    if (wants_verify || wants_bits) {
      terms.mode = Mode::required;
      terms.verified = wants_verify;
      if (!read_bits(terms, text.substr(0, plus), value)) return;
      read_extensions(terms, text.substr(std::min(plus + 1, text.size())), wants_verify);
      // ENCR:0 is fulfilled in the clear too.
      if (wants_bits && !terms.min_bits && terms.subject.empty() && terms.issuer.empty()) terms = Terms{};
    } else {
      // Sendmail accepts whatever it does not know here.
      terms = Terms{};
      if (!equals_ignoring_case(value, "OK"))
        log_.add(ConvertCheck::taken_as, value, "Sendmail asks nothing for such a value: taken as available");
    }
    Said* const said = said_of(client);
    if (said == nullptr) return;
    if (client.empty() && terms.mode == Mode::required) {
      log_.add(ConvertCheck::taken_as, value,
               "TLS is required of everybody: the list is refused until allow-default-required is set",
               "a public mail server must not ask that (RFC 3207 section 4)");
    }
    set(said->tls, std::move(terms), value);
  }

  bool read_bits(Terms& terms, std::string_view text, std::string_view value) {
    if (text.empty() && terms.verified) return true;
    const auto bits = text.starts_with(':') ? base::parse_decimal(text.substr(1), 1024) : std::nullopt;
    if (!bits) {
      log_.add(
          ConvertCheck::bad_line, value,
          fmt::format("\"{}\" names no number of bits: the line is left out", base::printable(value, 60)));
      return false;
    }
    if (*bits != 0) terms.min_bits = static_cast<std::uint32_t>(*bits);
    return true;
  }

  void read_extensions(Terms& terms, std::string_view text, bool is_verified) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find("++"), text.size());
      const std::string_view extension = text.substr(0, end);
      text.remove_prefix(std::min(end + 2, text.size()));
      if (extension.size() > 3 && equals_ignoring_case(extension.substr(0, 3), "CN:")) {
        terms.subject = extension.substr(3);
      } else if (const std::string_view name = common_name(extension);
                 !name.empty() && equals_ignoring_case(extension.substr(0, 3), "CI:")) {
        terms.issuer = name;
        log_.add(ConvertCheck::cannot_say, extension, "of the issuer's name only the CN is compared",
                 "check that no other CA has that name");
      } else if (!name.empty() && equals_ignoring_case(extension.substr(0, 3), "CS:")) {
        terms.subject = name;
        log_.add(ConvertCheck::cannot_say, extension, "of the subject's name only the CN is compared",
                 "name the issuer too");
      } else {
        log_.add(ConvertCheck::cannot_say, extension,
                 fmt::format("\"{}\" cannot be said: it is left out", base::printable(extension, 60)),
                 "name the certificate by subject= and issuer=");
      }
      if (!is_verified && (!terms.subject.empty() || !terms.issuer.empty()) && !terms.verified) {
        log_.add(ConvertCheck::cannot_say, extension,
                 "a name counts only in a verified certificate: verified is asked too");
      }
      terms.verified = terms.verified || !terms.subject.empty() || !terms.issuer.empty();
    }
  }

  ConvertLog& log_;
  std::string_view line_;
  std::uint32_t number_ = 0;
  std::map<Prefix, Said> networks_;
  std::vector<Prefix> order_;  ///< as they stand in the file
  Said default_;
};

}  // namespace

void import_sendmail_access(std::string_view text, ConvertLog& log, std::string& out) {
  SendmailImport import(log);
  for_each_line(text, log, [&](std::string_view line, std::uint32_t number) {
    if (base::trim(line).starts_with('#')) return append_comment(out, line);
    import.take(line, number);
  });
  import.finish(out);
}

}  // namespace tlsward::policy
