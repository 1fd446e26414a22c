#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "policy/access_reader.h"
#include "policy/convert_parts.h"

namespace tlsward::policy {
namespace {

using net::Prefix;

constexpr std::string_view cidr_head =
    "# A list for Postfix: check_client_access cidr:FILE in smtpd_client_restrictions or "
    "smtpd_sender_restrictions,\n"
    "# with smtpd_delay_reject = yes. Sessions in the clear get the code of plaintext_reject_code (450; "
    "tlsward says 530).\n";

/// One rule of the list, its network in one piece.
struct Row {
  Prefix prefix;
  TermsPool::Id terms;
  Place place;
};

bool is_longer(const Row& a, const Row& b) {
  return std::tuple(a.prefix.first.family, -static_cast<int>(a.prefix.bits), a.prefix.first) <
         std::tuple(b.prefix.first.family, -static_cast<int>(b.prefix.bits), b.prefix.first);
}

/// Rules that another program looks up by network.
class Rows final : public RuleReceiver {
 public:
  /// A rule that has no network.
  struct Other {
    Subject subject;
    TermsPool::Id terms;
    Place place;
  };

  void take(const ParsedRule& rule) override {
    switch (rule.subject) {
      case Subject::prefix:
        for (const Prefix& prefix : rule.prefixes) rows_.push_back(Row{prefix, rule.terms, rule.place});
        return;
      case Subject::everything:
        // Shorter than any network of the list, but for one of length 0, which then decides as it does with
        // us.
        everything_.push_back(Row{Prefix{net::Address::v4(0), 0}, rule.terms, rule.place});
        everything_.push_back(Row{Prefix{net::Address::v6(0, 0), 0}, rule.terms, rule.place});
        return;
      default: others_.push_back(Other{rule.subject, rule.terms, rule.place}); return;
    }
  }

  /// The rules by network, the longest first.
  std::vector<Row> finish() {
    // `default` behind a network of length 0, which decides before it.
    rows_.insert(rows_.end(), everything_.begin(), everything_.end());
    std::stable_sort(rows_.begin(), rows_.end(), is_longer);
    return std::move(rows_);
  }
  [[nodiscard]] const std::vector<Other>& others() const { return others_; }

 private:
  std::vector<Row> rows_;
  std::vector<Row> everything_;
  std::vector<Other> others_;
};

/// The text of lines by number, forward and back, for findings.
class FileLines {
 public:
  explicit FileLines(const std::vector<ListFile>& files) : files_(files), starts_(files.size()) {}
  std::string_view line(const Place& place) {
    const std::string_view text = files_[place.file].text;
    std::vector<std::size_t>& starts = starts_[place.file];
    if (starts.empty()) {
      starts.push_back(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
      for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        starts.push_back(at + 1);
    }
    const std::string_view line = text.substr(starts[place.line - 1]);
    return base::trim(line.substr(0, line.find('\n')));
  }

 private:
  const std::vector<ListFile>& files_;
  std::vector<std::vector<std::size_t>> starts_;  ///< of each line, once a file's lines are asked for
};

class Export {
 public:
  Export(ListForm to, const TermsPool& pool, const std::vector<ListFile>& files, Seconds now,
         std::optional<Mode> only)
      : to_(to), pool_(pool), files_(files), lines_(files), now_(now), only_(only), log_("") {}

  Converted run(std::vector<Row> rows, const std::vector<Rows::Other>& others) {
    if (to_ == ListForm::postfix_cidr) {
      out_.text = cidr_head;
      add_built_in(rows);
    }
    for (const Row& row : rows) write(row);
    for (const Rows::Other& other : others) tell_other(other);
    out_.findings = log_.finish();
    sort_findings();
    return std::move(out_);
  }

 private:
  /// Our built-in rules hold however short a network around them refuses; another program has to be told of
  /// them.
  static void add_built_in(std::vector<Row>& rows) {
    for (const Prefix& loopback :
         {Prefix{net::Address::v4(0x7F000000), 8}, Prefix{net::Address::v6(0, 1), 128}}) {
      const Row row{loopback, built_in, Place{}};
      const auto at = std::lower_bound(rows.begin(), rows.end(), row, is_longer);
      if (at == rows.end() || at->prefix != loopback) rows.insert(at, row);
    }
  }

  void write(const Row& row) {
    // A network stands twice where both rules say the same, or where one is `default`; the first in force has
    // been said.
    if (said_ == row.prefix) return;
    if (row.terms == built_in) return append_cidr(row.prefix, "DUNNO");
    const Terms& terms = pool_[row.terms];
    if (only_ && terms.mode != *only_) return;
    begin(row.place);
    if (terms.is_gone(now_)) return say(ConvertCheck::taken_as, "the rule has ended: it is left out");
    if (terms.is_only_reported(now_))
      return say(
          ConvertCheck::cannot_say,
          "a rule that only reports cannot be said: it is left out, and the network around it decides");
    said_ = row.prefix;
    tell_conditions(terms);
    if (to_ == ListForm::postfix_cidr) return append_cidr(row.prefix, cidr_result(terms));
    out_.text += network_text(row.prefix);
    if (!only_) fmt::format_to(std::back_inserter(out_.text), "\t{}", mode_name(terms.mode));
    out_.text += '\n';
  }

  /// The finding that follows is about the rule at this place.
  void begin(const Place& place) {
    place_ = place;
    line_ready_ = false;
    // A range is several networks and one rule: what is to be said about it is said once.
    is_told_ = !told_.insert((std::uint64_t{place.file} << 32U) | place.line).second;
  }
  void say(ConvertCheck check, std::string text, std::string hint = {}) {
    if (is_told_) return;
    // Lines are looked up only for rules that have findings.
    if (!line_ready_) log_.at(files_[place_.file].name, place_.line, lines_.line(place_));
    line_ready_ = true;
    log_.add(check, {}, std::move(text), std::move(hint));
  }

  void tell_conditions(const Terms& terms) {
    if (terms.until_end)
      say(ConvertCheck::cannot_say,
          fmt::format("that the rule ends with {} cannot be said", base::render_day(*terms.until_day)),
          "export again after that day");
    if (terms.min_protocol || terms.min_bits || terms.verified)
      say(ConvertCheck::cannot_say, "of what the rule asks only TLS itself is said",
          "keep tlswardd for the rest");
    if (terms.tempfail && terms.mode == Mode::required)
      say(ConvertCheck::cannot_say, "reply-with=tempfail cannot be said for one network",
          "plaintext_reject_code of Postfix decides for all");
    if (terms.tempfail && terms.mode == Mode::deny && to_ == ListForm::plain)
      say(ConvertCheck::cannot_say, "reply-with=tempfail cannot be said");
    if (terms.mode == Mode::none && to_ == ListForm::postfix_cidr) {
      say(ConvertCheck::cannot_say,
          "none cannot be said in this map: nothing is asked there, and STARTTLS goes on being offered",
          "smtpd_discard_ehlo_keyword_address_maps hides it: a map of its own");
    }
  }

  [[nodiscard]] static std::string_view cidr_result(const Terms& terms) {
    switch (terms.mode) {
      case Mode::required: return "reject_plaintext_session";
      case Mode::deny: return terms.tempfail ? "DEFER" : "REJECT";
      // Not OK: that would switch off every restriction behind it, against relaying too.
      case Mode::available:
      case Mode::none:
      case Mode::exempt: break;
    }
    return "DUNNO";
  }

  void append_cidr(const Prefix& prefix, std::string_view result) {
    fmt::format_to(std::back_inserter(out_.text), "{:<28} {}\n", network_text(prefix), result);
  }

  void tell_other(const Rows::Other& other) {
    const Terms& terms = pool_[other.terms];
    if (only_ && terms.mode != *only_) return;
    begin(other.place);
    switch (other.subject) {
      case Subject::sender:
        return say(ConvertCheck::cannot_say, "a sender rule cannot be said: it is left out",
                   "keep tlswardd for it");
      case Subject::listener:
        return say(ConvertCheck::cannot_say, "a listener rule cannot be said: it is left out",
                   "give that service restrictions of its own");
      case Subject::unknown:
        return say(ConvertCheck::cannot_say,
                   "a rule for clients without an address cannot be said: it is left out",
                   "keep tlswardd for it");
      case Subject::local:
        // Clients on a Unix socket never come to such a list.
        return say(terms.can_refuse() ? ConvertCheck::cannot_say : ConvertCheck::taken_as,
                   "clients on a Unix socket are not asked for there: the rule is left out");
      case Subject::prefix:
      case Subject::everything: return;
    }
  }

  void sort_findings() {
    std::vector<std::string> order;
    for (const ListFile& file : files_) order.push_back(file.name);
    base::sort_findings(out_.findings, order);
  }

  static constexpr TermsPool::Id built_in = 0xFFFFFFFFU;

  ListForm to_;
  const TermsPool& pool_;
  const std::vector<ListFile>& files_;
  FileLines lines_;
  Seconds now_;
  std::optional<Mode> only_;
  ConvertLog log_;
  Place place_;
  bool line_ready_ = false;
  bool is_told_ = false;
  std::unordered_set<std::uint64_t> told_;  ///< files and lines of the rules that have been written
  std::optional<Prefix> said_;
  Converted out_;
};

}  // namespace

Converted export_list(ListForm to, const ListSource& source, const std::string& path, Seconds now,
                      std::optional<Mode> only) {
  FindingLog ignored;  // the list has no errors, and its warnings are told by whoever checked it
  TermsPool pool;
  Rows rows;
  AccessReader reader(source, ignored, pool, now, rows);
  reader.read(path);
  return Export(to, pool, reader.files(), now, only).run(rows.finish(), rows.others());
}

}  // namespace tlsward::policy
