// Owns Connection: what the MTA has told about one SMTP connection, and the judgement of each MAIL in it.
// Knows no libmilter.
#ifndef TLSWARD_MILTER_CONNECTION_H
#define TLSWARD_MILTER_CONNECTION_H

#include <memory>
#include <string_view>

#include "base/log.h"
#include "conf/config.h"
#include "milter/list_slot.h"
#include "milter/macros.h"
#include "milter/observation.h"
#include "milter/rule_set_pool.h"
#include "milter/session_count.h"
#include "policy/access_list.h"
#include "policy/decision.h"

namespace tlsward::milter {

/// What all connections share. Lives until the process ends.
struct Service {
  policy::Settings settings;
  conf::Mta mta = conf::Mta::automatic;
  base::Log& log;
  ListSlot& list;
  ObservationSink& sink;
  const HealthSource& health;
  RuleSetPool rule_sets;
  SessionCount sessions;
};

/// The CONNECT event.
struct ConnectInfo {
  policy::Client client;
  std::string_view name;         ///< the client's name as the MTA found it, or "[address]"
  std::string_view listener;     ///< {daemon_name}
  std::string_view mta_version;  ///< v
};

/// One connection. One callback at a time, on any thread. Small, for a server has thousands of idle ones: the
/// rules are shared, and the names, which only the log line of a refusal wants, are kept for those alone that
/// a rule may refuse.
class Connection {
 public:
  /// Takes the rules for this client out of the list in force: from now on they are this connection's,
  /// whatever is loaded.
  void connect(Service& service, const ConnectInfo& info);
  /// HELO or EHLO, the first or a later one.
  void helo(std::string_view name);
  /// Decides one message, logs what is not simply accepted, and tells the sink. `sender`: MAIL's argument.
  policy::Decision mail(Service& service, const MailMacros& macros, std::string_view sender);

  /// Whether `connect` was done; not so when it threw.
  [[nodiscard]] bool is_connected() const { return rules_ != nullptr; }
  /// Whether a failure inside of us must defer: some rule could refuse, and refusals are carried out.
  [[nodiscard]] bool must_fail_closed(const policy::Settings& settings) const noexcept {
    return settings.enforce && (!is_connected() || may_refuse_);
  }

 private:
  void set_client(const policy::Client& client);
  void take_rules(Service& service, std::string_view listener);
  [[nodiscard]] std::string_view client_name() const;
  [[nodiscard]] std::string_view helo_name() const;
  [[nodiscard]] policy::Client client() const;

  std::shared_ptr<const policy::RuleSet> rules_;
  std::unique_ptr<char[]>
      names_;  // NOLINT(modernize-avoid-c-arrays): client's and HELO's name, each with a zero behind it
  std::uint64_t address_high_ = 0;
  std::uint64_t address_low_ = 0;
  net::Family family_ = net::Family::v4;
  policy::Client::Kind kind_ = policy::Client::Kind::unknown;
  MtaKind mta_ = MtaKind::other;
  bool may_refuse_ = false;
};

/// Of a client's and a HELO name so many bytes are kept; printable() says where it was cut.
constexpr std::size_t max_kept_name = 255;

}  // namespace tlsward::milter

#endif
